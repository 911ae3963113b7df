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

  /// What is held of a visit.
  private enum Held: UInt8 {
    case nothing, forB, forW
  }

  /// Follows every order once. O(n + stages + visits).
  init(of schedule: Schedule, coverage: Coverage) {
    let problem = schedule.problem
    let orders = schedule.orders
    peaks = Self.staticMemory(of: problem)
    let activations = problem.stages.map { (forB: $0.activationForB, forW: $0.activationForW) }
    var held = [Held](repeating: .nothing, count: 1 + (coverage.visits.max().map { Int($0) } ?? 0))
    for index in problem.devices.indices {
      let limit = problem.devices[index].memoryLimit
      var memory = peaks[index]
      for position in orders.range(of: Device.ID(index)) where coverage.counts[position] {
        let operation = orders.operations[position]
        let visit = Int(coverage.visits[position])
        let (forB, forW) = activations[operation.stage.index]
        switch (operation.kind, held[visit]) {
        case (.forward, .nothing):
          held[visit] = .forB
          memory += forB
          peaks[index] = max(peaks[index], memory)
          if let limit, limit.isClearlyBelow(memory) {
            let kind = Violation.Kind.overMemoryLimit(memory: memory, limit: limit)
            violations.append(orders.violation(at: position, on: Device.ID(index), kind))
          }
        case (.backwardInput, .forB):
          held[visit] = .forW
          memory -= forB - forW
        case (.backwardWeight, .forW), (.backward, .forW):
          held[visit] = .nothing
          memory -= forW
        // A `W` without its `B` before it ends it all, so that a missing `B` does not look like a leak.
        case (.backward, .forB), (.backwardWeight, .forB):
          held[visit] = .nothing
          memory -= forB
        // What was never held, because its `F` is missing or comes later, cannot be released.
        default: break
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
