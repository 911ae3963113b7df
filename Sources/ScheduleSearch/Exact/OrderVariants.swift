import PipelineModel

/// The schedules that one order of passes on each device stands for: a `B` and its own `W` right behind it may be one
/// `BW`, without a gap inside, and an `F` and the `BW` of another microbatch right behind it may run together.
struct OrderVariants {
  private let problem: Problem
  private let scope: Certificate.Scope
  /// The least of the overlap's factors is not reached by every pair.
  private let mayPair: Bool

  init(_ problem: Problem, scope: Certificate.Scope) {
    self.problem = problem
    self.scope = scope
    mayPair =
      problem.overlap.map { $0.forwardBackward.numbers.contains { $0 < 1 } || problem.gap.forwardBackward > 0 }
      ?? false
  }

  /// Whether a `BW` may be worth more than a `B` with its `W` behind it.
  static func mayJoin(_ problem: Problem) -> Bool {
    problem.overlap != nil || problem.gap.backwardBackward > 0
  }

  /// All schedules of some orders, in which backward passes are apart where the scope lets them; `nil` when there are more
  /// than a limit. Where neither gaps nor pairs make a difference, the orders alone.
  func all(of orders: Orders, limit: Int) -> [Orders]? {
    guard mayPair || (Self.mayJoin(problem) && scope != .fused) else { return [orders] }
    var combinations: [[Block]] = [[]]
    for device in problem.devices.indices {
      let operations = Array(orders[Device.ID(device)])
      var found: [[Block]] = []
      guard list(operations, from: 0, [], limit: limit, into: &found) else { return nil }
      guard found.count * combinations.count <= limit else { return nil }
      combinations = combinations.flatMap { before in found.map { before + [Block(operations: [], opensDevice: true)] + $0 } }
    }
    return combinations.map { Self.orders(of: $0) }
  }

  /// Operations that run together, or the mark of a device's begin.
  private struct Block {
    var operations: [Operation]
    var opensDevice = false
  }

  /// Lists the blocks that operations from a position on can form; tells whether they are not too many.
  private func list(
    _ operations: [Operation], from position: Int, _ before: [Block], limit: Int, into found: inout [[Block]]
  ) -> Bool {
    guard position < operations.count else {
      found.append(before)
      return found.count <= limit
    }
    let operation = operations[position]
    func goOn(_ block: [Operation], _ length: Int) -> Bool {
      list(operations, from: position + length, before + [Block(operations: block)], limit: limit, into: &found)
    }
    guard goOn([operation], 1) else { return false }
    if operation.kind != .forward, let whole = whole(operations, at: position), whole.length == 2 {
      guard goOn([whole.operation], 2) else { return false }
    }
    if mayPair, operation.kind == .forward, let whole = whole(operations, at: position + 1),
      whole.operation.microbatch != operation.microbatch
    {
      guard goOn([operation, whole.operation], 1 + whole.length) else { return false }
    }
    return true
  }

  /// The `BW` that stands at a position or that a `B` and its `W` there can become.
  private func whole(_ operations: [Operation], at position: Int) -> (operation: Operation, length: Int)? {
    guard position < operations.count else { return nil }
    let operation = operations[position]
    if operation.kind == .backward { return (operation, 1) }
    let weight = Operation(.backwardWeight, stage: operation.stage, microbatch: operation.microbatch)
    guard operation.kind == .backwardInput, position + 1 < operations.count, operations[position + 1] == weight
    else { return nil }
    return (Operation(.backward, stage: operation.stage, microbatch: operation.microbatch), 2)
  }

  private static func orders(of blocks: [Block]) -> Orders {
    var (operations, bounds, pairs): ([Operation], [Int], [Int]) = ([], [], [])
    for block in blocks {
      if block.opensDevice { bounds.append(operations.count) }
      if block.operations.count == 2 { pairs.append(operations.count) }
      operations += block.operations
    }
    return Orders(operations: operations, bounds: bounds + [operations.count], pairs: pairs)
  }
}
