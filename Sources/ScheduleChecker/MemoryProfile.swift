import PipelineModel

/// The memory each device holds along its order, and the operations that take it over the limit.
///
/// Within one order memory does not depend on timing. Only operations that do work nobody else does, on the
/// device where it belongs, take part; what a misplaced or repeated one would hold is not defined.
struct MemoryProfile {
  /// The most each device holds at any moment, static memory included.
  private(set) var peaks: [Double]
  /// Every start that takes a device over its limit.
  private(set) var violations: [Violation] = []

  /// Follows every order once. O(n + stages + visits and their inputs).
  init(of schedule: Schedule, coverage: Coverage, graph: OrderGraph, visits table: VisitNumbers) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    peaks = Self.staticMemory(of: problem)
    var activations = Activations(of: problem, visits: table)
    for index in problem.devices.indices {
      let limit = problem.devices[index].memoryLimit
      var memory = peaks[index]
      var position = graph.bounds[index]
      while position < graph.bounds[index + 1] {
        // What runs together starts together and ends together.
        let together = graph.together(position)
        position += together.count
        for part in together where coverage.counts[part] {
          let taken = activations.take(for: orders.operations[part], at: Int(coverage.visits[part]))
          guard taken > 0 else { continue }
          memory += taken
          peaks[index] = max(peaks[index], memory)
          if let limit, limit.isClearlyBelow(memory) {
            let kind = Violation.Kind.overMemoryLimit(memory: memory, limit: limit)
            violations.append(orders.violation(at: part, on: Device.ID(index), kind))
          }
        }
        for part in together where coverage.counts[part] {
          memory -= activations.release(after: orders.operations[part], at: Int(coverage.visits[part]))
        }
      }
    }
  }

  private static func staticMemory(of problem: Problem) -> [Double] {
    var memory = [Double](repeating: 0, count: problem.deviceCount)
    for (stage, hosts) in zip(problem.stages, problem.hosts) {
      for host in hosts { memory[host.index] += stage.staticMemory }
    }
    return memory
  }
}
