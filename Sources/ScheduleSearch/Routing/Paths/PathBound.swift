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
    let search = LengthSearch(
      values: values, resolution: Self.resolution, firstStep: 0.01, deadline: deadline)
    return search.value(above: known, until: target) { refutes($0) }
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

extension PossibleValues {
  /// Those of a model, whatever the routes are.
  init(_ model: RoutingModel) { self.init(on: LoweredProblem(model.ground).grid) }
}
