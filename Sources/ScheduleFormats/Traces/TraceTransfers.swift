import PipelineModel

/// What a route sends from device to device, with a number for each transfer that both of its ends can tell.
struct TraceTransfers {
  /// One arrow of a trace.
  struct Arrow {
    /// What is sent.
    var name: StaticString
    /// The same at both ends, and at no others.
    var number: Int
  }

  private let problem: Problem
  /// The position of each stage on each distinct route, route by route; -1 where a route skips the stage.
  private let positions: [Int]
  /// The place of each stage among the stages of each of its hosts, as in `problem.hosts`.
  private let chunks: [[Int]]

  /// Looks up all routes. O(routes x stages).
  init(_ problem: Problem) {
    self.problem = problem
    var positions = [Int](repeating: -1, count: problem.routes.count * problem.stageCount)
    for (index, route) in problem.routes.enumerated() {
      for (position, visit) in route.visits.enumerated() {
        positions[index * problem.stageCount + visit.stage.index] = position
      }
    }
    self.positions = positions
    var hosted = [Int](repeating: 0, count: problem.deviceCount)
    chunks = problem.hosts.map { devices in
      devices.map { device in
        defer { hosted[device.index] += 1 }
        return hosted[device.index]
      }
    }
  }

  /// The place of a stage among those of a device.
  func chunk(of stage: Stage.ID, on device: Device.ID) -> Int {
    let index = problem.hosts[stage.index].firstIndex(of: device) ?? 0
    return chunks[stage.index][index]
  }

  /// The arrow from the operation's producer, where that is on another device.
  func arriving(at operation: Operation, on device: Device.ID) -> Arrow? {
    switch operation.kind {
    case .forward: arrow(of: operation, from: -1, on: device, arrives: true)
    case .backwardInput, .backward: arrow(of: operation, from: 1, on: device, arrives: true)
    case .backwardWeight: nil
    }
  }

  /// The arrow to the operation's consumer, where that is on another device.
  func leaving(_ operation: Operation, on device: Device.ID) -> Arrow? {
    switch operation.kind {
    case .forward: arrow(of: operation, from: 1, on: device, arrives: false)
    case .backwardInput, .backward: arrow(of: operation, from: -1, on: device, arrives: false)
    case .backwardWeight: nil
    }
  }

  /// A transfer between an operation and its neighbour so many visits on; it is numbered after its producer.
  private func arrow(
    of operation: Operation, from step: Int, on device: Device.ID, arrives: Bool
  ) -> Arrow? {
    let route = Int(problem.routeIndexes[operation.microbatch.index])
    let visits = problem.routes[route].visits
    let neighbour = positions[route * problem.stageCount + operation.stage.index] + step
    guard visits.indices.contains(neighbour), visits[neighbour].device != device else { return nil }
    let producer = arrives ? visits[neighbour].stage : operation.stage
    let isForward = operation.kind == .forward
    let number = 2 * (operation.microbatch.index * problem.stageCount + producer.index)
    return Arrow(name: isForward ? "activation" : "gradient", number: isForward ? number : number + 1)
  }
}
