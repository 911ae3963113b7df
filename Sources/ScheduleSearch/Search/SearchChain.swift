import PipelineModel

/// One worker of a search: evaluates orders and improves them by simulated annealing.
///
/// Two chains share nothing; a search runs them side by side and merges what they found.
final class SearchChain {
  /// How many kept moves pass before devices are released anew, which costs a few timings.
  private static let movesPerRelease = 16

  private let model: SearchModel
  private let objective: Objective
  /// No orders are better, in grid steps.
  var floor: Double
  private let largestWork: Double
  private let isLarge: Bool
  private var timer: IncrementalTimer
  private var scheduler: GreedyScheduler
  private var random: FastRandom
  private var cooling: Cooling
  private var acceptedSinceReleases = 0

  /// The best orders so far and their value in grid steps; infinite before there are any.
  private(set) var best: Candidate
  /// How many moves were kept.
  private(set) var keptMoves = 0
  /// How many moves have been tried.
  private(set) var moves = 0

  /// Orders with their value, in grid steps.
  struct Candidate {
    var nodeOrder: [Int32]
    var value: Double
  }

  init(_ model: SearchModel, objective: Objective, floor: Double, seed: UInt64) {
    self.model = model
    self.objective = objective
    self.floor = floor
    largestWork = model.work.max() ?? 0
    isLarge = model.nodes.count > 20_000
    timer = IncrementalTimer(model)
    scheduler = GreedyScheduler(model)
    random = FastRandom(seed: seed)
    cooling = Cooling(model, firstCycle: Int(seed & 1))
    best = Candidate(nodeOrder: [], value: .infinity)
  }

  /// Whether nothing better can be found.
  var isDone: Bool { best.value <= floor * (1 + 1e-9) }

  /// The orders of a greedy rule with their value; `nil` where the rule leads to a deadlock, or takes too long.
  func candidate(of rule: GreedyRule, until deadline: Deadline = .never) -> Candidate? {
    scheduler.run(rule, until: deadline).flatMap { candidate(of: $0) }
  }

  /// Orders with their value; `nil` where they cannot run or exceed a limit. Moves go on from them.
  func candidate(of nodeOrder: [Int32]) -> Candidate? {
    timer.resetReleases()
    guard timer.load(nodeOrder), timer.fitsMemory else { return nil }
    optimizeReleases()
    let candidate = Candidate(nodeOrder: nodeOrder, value: timer.value)
    if candidate.value < best.value { best = candidate }
    return candidate
  }

  private func optimizeReleases() {
    acceptedSinceReleases = 0
    guard objective == .period else { return }
    timer.optimizeReleases(lowerBound: largestWork)
  }

  /// Tries moves until so many were tried, the deadline has passed or the floor is met.
  func improve(moves count: Int, deadline: Deadline) {
    let last = moves + count
    while moves < last, !isDone, !deadline.hasPassed {
      tryMoves(min(256, last - moves), until: deadline)
    }
  }

  private func tryMoves(_ count: Int, until deadline: Deadline) {
    let temperature = cooling.temperature
    var tried = 0
    while tried < count {
      // A move on large orders takes milliseconds.
      if isLarge, tried & 15 == 15, deadline.hasPassed { break }
      tried += 1
      let position = pick()
      let places = 1 + random.index(below: random.next() & 3 == 0 ? 16 : 4)
      let threshold = timer.value * (1 + 1e-12) + temperature * random.exponential()
      let isKept = timer.tryMove(
        at: position, by: random.next() & 1 == 0 ? places : -places, threshold: threshold)
      if isKept { keep() }
    }
    moves += tried
    if cooling.advance(by: tried) {
      cooling.restart()
      _ = candidate(of: best.nodeOrder)
    }
  }

  private func keep() {
    keptMoves += 1
    acceptedSinceReleases += 1
    if objective == .period, acceptedSinceReleases >= Self.movesPerRelease { optimizeReleases() }
    if timer.value < best.value * (1 - 1e-12) {
      optimizeReleases()
      best = Candidate(nodeOrder: timer.orders, value: timer.value)
    }
  }

  /// A position, most often on a longest path.
  @inline(__always)
  private func pick() -> Int {
    var position = random.index(below: timer.nodeCount)
    if random.next() & 3 == 0 { return position }
    for _ in 0..<16 where !timer.isCritical(at: position) { position = random.index(below: timer.nodeCount) }
    return position
  }
}

/// How much worse a move may make the orders: less and less over a cycle of moves, then again from the start.
private struct Cooling {
  /// Up to this many operations, hot cycles that leave the valleys of small orders take turns with cool ones that
  /// polish; more operations would take hot cycles longer than a search lasts.
  private static let smallCount = 1_500

  /// The mean duration of an operation.
  private let unit: Double
  /// Where cycles begin and where all end, in units.
  private let heats: [Double]
  private let coldest: Double
  private var moveCount: Int
  private var done = 0
  private var cycle: Int

  init(_ model: SearchModel, firstCycle: Int) {
    let count = model.nodes.count
    unit = model.nodes.reduce(0) { $0 + $1.duration } / Double(count)
    let isSmall = count <= Self.smallCount
    heats = isSmall ? [0.03, 0.3, 0.1, 0.03, 1] : [0.01]
    coldest = isSmall ? 0.003 : 0.001
    moveCount = 200 * count + 20_000
    cycle = firstCycle
  }

  var temperature: Double {
    let left = 1 - Double(done) / Double(moveCount)
    return unit * (heats[cycle % heats.count] * left * left + coldest)
  }

  /// Counts moves; tells whether the cycle is over.
  mutating func advance(by count: Int) -> Bool {
    done += count
    return done >= moveCount
  }

  /// Begins another cycle; when all heats have had their turn, the next are half as long again.
  mutating func restart() {
    done = 0
    cycle += 1
    if cycle % heats.count == 0 { moveCount += moveCount / 2 }
  }
}
