import OperationGraph

/// The least length that cannot be refuted, given what paths microbatches can take.
///
/// A length is refuted by the windows of all passes, paths and orders tried one by one as far as there is time, or by
/// the linear programme of shares of paths: the first knows of turns, the second of limits that all share.
struct PathBound {
  private let model: RoutingModel
  private let values: PossibleValues
  private let deadline: Deadline
  private var table: PathTable?
  private var layout: PathLayout?
  /// What has refuted, or nearly, the last length: it often refutes the next one.
  private var multipliers: [PathProgram.Multiplier] = []
  /// Steps of arithmetic that the programme has left, roughly.
  private var effort = Self.effort

  /// More paths over all origins would take too long to lay out and to price.
  static let mostPaths = 4_000
  /// More columns are joined: microbatches that start in turn count as if all started with the first of them.
  private static let mostColumns = 16_000
  private static let effort = 1_000_000_000
  /// So many passes are narrowed down, over all nodes of one tree.
  private static let passes = 20_000
  /// A bound that is raised by more than this factor is good enough.
  private static let longest = 64.0
  /// Lengths closer than this are not told apart.
  private static let resolution = 2e-4

  /// Prepares a bound; `nil` where it says nothing.
  init?(_ model: RoutingModel, deadline: Deadline) {
    guard PathTable.applies(to: model) else { return nil }
    self.model = model
    self.deadline = deadline
    values = PossibleValues(model)
  }

  /// The greatest value found that no schedule is below; at least `known`.
  ///
  /// - Parameter target: the value of a known schedule; refuting anything shorter proves it best.
  mutating func value(above known: Double, until target: Double?) -> Double {
    var (low, high) = (known, target ?? .infinity)
    func take(_ length: Double) { low = max(low, values.least(above: length)) }
    if let target {
      let length = values.below(target)
      if refutes(length) { return values.least(above: length) }
    } else {
      var step = 0.01 * known
      // Where there are no schedules, all lengths are refuted.
      while low < Self.longest * known, refutes(low + step) {
        take(low + step)
        step *= 2
      }
      high = low + step
    }
    while high - low > Self.resolution * high, !deadline.hasPassed {
      let middle = (low + high) / 2
      if refutes(middle) { take(middle) } else { high = middle }
    }
    return low
  }

  /// Whether no schedule has a length, as far as can be told.
  private mutating func refutes(_ length: Double) -> Bool {
    if table.map({ $0.length < length }) ?? true {
      table = PathTable(model, upTo: length, most: Self.mostPaths)
      layout = table.flatMap { PathLayout($0) }
    }
    guard let table, !deadline.hasPassed else { return false }
    return refutesByWindows(length) || refutesByShares(table, length)
  }

  private func refutesByWindows(_ length: Double) -> Bool {
    guard let layout else { return false }
    var tree = PathTree(layout, length: length)
    let nodes = Self.passes / (layout.microbatchCount * layout.passCount)
    if case .refuted = tree.run(nodes: max(1, nodes), while: { !deadline.hasPassed }) { return true }
    return false
  }

  private mutating func refutesByShares(_ table: PathTable, _ length: Double) -> Bool {
    guard effort > 0, !deadline.hasPassed else { return false }
    var program = PathProgram(table, length: length, mostColumns: Self.mostColumns)
    let known = program.take(multipliers)
    if program.isHopeless || program.excess(known) > 0 { return true }
    let isRefuted = program.refutation(effort: &effort, until: deadline) != nil
    multipliers = program.multipliers
    return isRefuted
  }
}

/// The values that a makespan can have, whatever the routes: those of a decimal grid where there is one.
struct PossibleValues {
  private let grid: DecimalGrid

  init(_ model: RoutingModel) { grid = LoweredProblem(model.ground).grid }

  /// How far values are apart near one of them; 0 where they may lie anywhere.
  private func step(at value: Double) -> Double {
    grid.isExact && value * grid.stepsPerUnit < 1e15 ? 1 / grid.stepsPerUnit : 0
  }

  /// A length between a value and the next smaller one, and below the value by more than sums are rounded by.
  func below(_ value: Double) -> Double { value - max(step(at: value) / 2, 1e-8 * value) }

  /// What every schedule takes where none is as short as a length.
  func least(above length: Double) -> Double {
    let step = step(at: length)
    guard step > 1e-8 * length else { return length * (1 - 1e-12) }
    return grid.units((length * grid.stepsPerUnit * (1 - 1e-15)).rounded(.down) + 1)
  }
}
