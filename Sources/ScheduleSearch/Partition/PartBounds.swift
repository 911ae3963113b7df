import PipelineModel

/// What is known of one device with its layers, by itself: bounds on each choice of modes for its stages, the least first.
struct PartBounds {
  /// A choice of modes with what no schedule in it goes below.
  struct Choice {
    /// By stage of the device, from the first on.
    var modes: [Int]
    /// No schedule is shorter, in the problem's time unit.
    var bound: Double
    /// Whether orders were looked at, not only work, memory and ways.
    var isClose: Bool
    /// The device in these modes alone.
    fileprivate var alone: Problem
  }

  /// The choices; empty where no choice fits, and where modes are not one by one: then only the bound is known.
  private(set) var choices: [Choice] = []
  private var open: (bound: Double, isClose: Bool)
  /// The device with all modes; `nil` where none fits.
  private let alone: Problem?

  /// So many choices are told apart.
  private static let mostChoices = 300

  /// Looks at a device cheaply.
  ///
  /// - Parameters:
  ///   - alone: the device by itself.
  ///   - stages: which of its stages are the device's own.
  ///   - least: what is known already.
  init(
    _ alone: Problem?, stages: [Int], atLeast least: Double, _ objective: Objective,
    _ scope: Certificate.Scope
  ) {
    self.alone = alone
    open = (least, false)
    guard let alone else {
      open = (.infinity, true)
      return
    }
    let lists = Self.choices(of: alone, stages)
    guard !lists.isEmpty else {
      open.bound = max(least, LowerBound.simple(for: alone, objective: objective, scope: scope).value)
      return
    }
    for modes in lists {
      guard let given = alone.inModes(modes) else { continue }
      let bound = LowerBound.simple(inModesOf: given, objective: objective, scope: scope).value
      choices.append(
        Choice(modes: stages.map { modes[$0] }, bound: max(least, bound), isClose: false, alone: given))
    }
    if choices.isEmpty { open = (.infinity, true) }
    sort()
  }

  /// All choices of modes for the device's own stages, where each has one for all microbatches and they are few; one
  /// without modes is a choice, too.
  private static func choices(of alone: Problem, _ stages: [Int]) -> [[Int]] {
    guard !alone.hasModes || alone.instance.modesPer != .microbatch else { return [] }
    var lists = [alone.stages.map { $0.mode ?? 0 }]
    for stage in stages {
      lists = lists.flatMap { list in
        alone.stages[stage].choices.map { mode in
          var list = list
          list[stage] = mode
          return list
        }
      }
      guard lists.count <= mostChoices else { return [] }
    }
    return lists
  }

  /// No schedule in any modes is shorter, in the problem's time unit; infinite where none fits.
  var bound: Double { choices.first?.bound ?? open.bound }

  /// Whether there is nothing to be raised.
  var isClose: Bool { choices.first?.isClose ?? open.isClose }

  /// Looks closely at what is least, once.
  ///
  /// - Parameter target: at which raising ends.
  mutating func raise(
    until target: Double, _ objective: Objective, _ scope: Certificate.Scope, deadline: Deadline, threads: Int
  ) {
    guard let given = choices.first?.alone ?? alone else { return }
    let best = LowerBound.best(
      for: given, objective: objective, scope: scope, until: target, deadline: deadline, threads: threads)
    let isClose = !deadline.hasPassed
    guard !choices.isEmpty else {
      open = (max(open.bound, best.value), isClose)
      return
    }
    choices[0].bound = max(choices[0].bound, best.value)
    choices[0].isClose = isClose
    sort()
  }

  private mutating func sort() {
    let sorted = choices.enumerated().sorted { ($0.element.bound, $0.offset) < ($1.element.bound, $1.offset) }
    choices = sorted.map(\.element)
  }
}
