import PipelineModel
import Timeline

extension Timeline {
  /// The orders of the same operations on other hosts: on each device, as they followed each other in time. They can run
  /// wherever these can, but may hold more memory; pairs stay where nothing comes between their parts.
  ///
  /// - Parameter problem: the same visits, some on other devices.
  /// - Complexity: O(operations log operations).
  func orders(on problem: Problem) -> Orders {
    let operations = schedule.orders.operations
    let pairFirsts = Set(schedule.orders.pairs)
    let devices = problem.microbatches.indices.map { microbatch in
      Dictionary(
        problem.route(of: Microbatch.ID(microbatch)).visits.map { ($0.stage, $0.device) },
        uniquingKeysWith: { first, _ in first })
    }
    var positions = [[Int]](repeating: [], count: problem.deviceCount)
    for position in positionsByEnd {
      let operation = operations[position]
      guard let device = devices[operation.microbatch.index][operation.stage] else { continue }
      positions[device.index].append(position)
    }
    var bounds = [0]
    for list in positions { bounds.append(bounds[bounds.count - 1] + list.count) }
    let all = Array(positions.joined())
    let ends = Set(bounds)
    let pairs = all.indices.dropLast().filter {
      pairFirsts.contains(all[$0]) && all[$0 + 1] == all[$0] + 1 && !ends.contains($0 + 1)
    }
    return Orders(operations: all.map { operations[$0] }, bounds: bounds, pairs: pairs)
  }
}
