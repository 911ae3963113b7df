import PipelineModel
import ScheduleSearch
import Timeline

/// Among schedules of one value, one that holds less memory: the same search under ever smaller limits.
///
/// The largest peak of all devices is lowered first; devices on which it cannot be keep what they hold, and the next
/// largest follows.
struct LeastMemory {
  private let problem: Problem
  private let plan: SearchPlan
  /// The best orders so far; their value is never above the one to begin with.
  private(set) var result: SearchResult
  /// What each device holds at most.
  private var peaks: [Double]
  /// Devices whose peaks may still be lowered.
  private var open: [Int]
  /// The most moves of one search: not more than it took to find the value, or than take a moment.
  private let mostMoves: Int
  /// How many searches in vain are left.
  private var patience = Self.mostInVain

  /// Peaks that differ by less are one: users round limits up.
  private static let tolerance = 0.01
  /// So many searches may find nothing.
  private static let mostInVain = 3
  /// Each search has this share of the time, or of the moves that the plan has.
  private static let share = (time: 0.4, moves: 16)

  /// So many moves are always worth a try, and so much time where devices have no limit.
  private static let leastMoves = 10_000
  static let leastTime = Duration.milliseconds(250)
  /// The share of all of that time, what is left of which is for ties by messages in flight.
  static let shareBesideMessages = 0.8

  /// The share of a search's time that is kept for this: peaks without a limit fall far, those within limits little.
  static func share(of problem: Problem) -> Double {
    problem.devices.contains { $0.memoryLimit == nil } ? 0.125 : 0
  }

  /// Begins with what a search found.
  ///
  /// - Throws: `TimelineError`, which no orders of a search do.
  init(_ result: SearchResult, of problem: Problem, plan: SearchPlan) throws(TimelineError) {
    self.result = result
    self.problem = problem
    self.plan = plan
    mostMoves = max(result.iterations, Self.leastMoves)
    peaks = try Timeline(result.schedule(of: problem)).peakMemory
    open = problem.devices.indices.filter { [peaks] in peaks[$0] > problem.leastMemory[$0] }
  }

  /// Lowers peaks until none can be, or the deadline passes.
  mutating func run(until deadline: Deadline, progress: (SearchProgress) -> Void) {
    while !open.isEmpty, patience > 0, !deadline.hasPassed {
      lowerLargest(until: deadline, progress)
      let largest = largestPeak
      open.removeAll { [peaks] in peaks[$0] >= largest }
    }
  }

  private var largestPeak: Double { open.reduce(0) { max($0, peaks[$1]) } }

  /// Halves what the largest of the open peaks may still fall by, as often as that makes a difference.
  private mutating func lowerLargest(until deadline: Deadline, _ progress: (SearchProgress) -> Void) {
    var least = open.reduce(0) { max($0, problem.leastMemory[$1]) }
    while least < largestPeak * (1 - Self.tolerance), patience > 0, !deadline.hasPassed {
      let limit = (least + largestPeak) / 2
      if !lower(to: limit, until: deadline, progress) { least = limit }
    }
  }

  /// Searches for orders as good under which no open device holds more; tells whether there are some.
  private mutating func lower(
    to limit: Double, until deadline: Deadline, _ progress: (SearchProgress) -> Void
  ) -> Bool {
    guard let tight = limited(to: limit),
      isAsGood(LowerBound.simple(for: tight, objective: plan.objective, scope: result.bound.scope).value)
    else { return false }
    var plan = plan
    plan.iterations = plan.iterations.map { min(max(1, $0 / Self.share.moves), mostMoves) }
    let before = result
    let found = plan.search(tight, lowerBound: before.value, until: deadline.share(Self.share.time)) { step in
      var whole = step
      whole.phase = .memory
      whole.iterations += before.iterations
      (whole.value, whole.lowerBound) = (before.value, before.bound.value)
      progress(whole)
    }
    result.iterations += found.iterations
    // Where operations wait for room, the same orders may hold more under the problem's own limits.
    guard isAsGood(found.value),
      let timeline = Timeline(ifItRuns: found.schedule(of: problem)), isLower(timeline.peakMemory)
    else {
      patience -= 1
      return false
    }
    peaks = timeline.peakMemory
    result.orders = found.orders
    result.modes = found.modes
    result.value = found.value
    return true
  }

  /// Whether the largest of the open peaks falls, and none of the others rises.
  private func isLower(_ others: [Double]) -> Bool {
    open.allSatisfy { others[$0] < largestPeak }
      && peaks.indices.allSatisfy { open.contains($0) || others[$0] <= peaks[$0] }
  }

  /// Whether a value is no worse than the best one, but for rounding.
  private func isAsGood(_ value: Double) -> Bool {
    value <= result.value || Certificate.isMet(result.value, by: value)
  }

  /// The problem with a limit on the open devices, and with what the others hold as theirs; `nil` where nothing fits.
  private func limited(to limit: Double) -> Problem? {
    var limits = peaks
    for device in open { limits[device] = min(limits[device], limit) }
    return (try? problem.with(memoryLimits: limits))?.ifInScope
  }
}
