import OperationGraph
import PipelineModel

/// What devices hold of outputs that are held by time.
struct TimedMemory {
  /// From a time on, a device holds an amount: what begins then included, and what ends then not.
  typealias Change = (time: Double, held: Double)

  private var changes: [[Change]] = []

  /// Follows the outputs through orders that ran. O(operations + outputs and their readers), where there are such outputs.
  init(_ outputs: [TimedOutput], of orders: Orders, starts: [Double], ends: [Double]) {
    guard !outputs.isEmpty else { return }
    var positions: [Operation: Int] = [:]
    for (position, operation) in orders.operations.enumerated() {
      for kind in operation.kind.traits.parts {
        positions[Operation(kind, stage: operation.stage, microbatch: operation.microbatch)] = position
      }
    }
    var amounts = [[Double: Double]](repeating: [:], count: orders.deviceCount)
    for output in outputs {
      let own = positions[output.producer]
      let readers =
        output.readers.compactMap { positions[$0] } + (output.isCarried ? [] : own.map { [$0] } ?? [])
      amounts[output.device][own.map { starts[$0] } ?? 0, default: 0] += output.amount
      // What the iteration before made is there from the start, and what this one makes until its end.
      if output.isCarried { amounts[output.device][0, default: 0] += output.amount }
      amounts[output.device][readers.map { ends[$0] }.max() ?? 0, default: 0] -= output.amount
    }
    changes = amounts.map { amounts in
      var held = 0.0
      return amounts.sorted { $0.key < $1.key }.map { time, amount in
        held += amount
        return (time, held)
      }
    }
  }

  /// What a device holds, in the order of time; nothing where nothing is held by time. O(1).
  subscript(device: Int) -> [Change] { changes.isEmpty ? [] : changes[device] }
}
