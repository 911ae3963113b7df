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
    var amounts = [[(time: Double, amount: Double)]](repeating: [], count: orders.deviceCount)
    for output in outputs {
      let own = positions[output.producer]
      let readers =
        output.readers.compactMap { positions[$0] } + (output.isCarried ? [] : own.map { [$0] } ?? [])
      amounts[output.device].append((own.map { starts[$0] } ?? 0, output.amount))
      // What the iteration before made is there from the start, and what this one makes until its end.
      if output.isCarried { amounts[output.device].append((0, output.amount)) }
      amounts[output.device].append((readers.map { ends[$0] }.max() ?? 0, -output.amount))
    }
    changes = amounts.map(Self.changes)
  }

  /// What amounts come to, moment by moment: times that differ by rounding alone are one.
  private static func changes(_ amounts: [(time: Double, amount: Double)]) -> [Change] {
    var changes: [Change] = []
    for (time, amount) in amounts.sorted(by: { $0.time < $1.time }) {
      let held = (changes.last?.held ?? 0) + amount
      if let last = changes.last, !Rounding.isClearly(last.time, below: time) {
        changes[changes.count - 1].held = held
      } else {
        changes.append((time, held))
      }
    }
    return changes
  }

  /// What a device holds, in the order of time; nothing where nothing is held by time. O(1).
  subscript(device: Int) -> [Change] { changes.isEmpty ? [] : changes[device] }
}
