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
  /// Which visits of each distinct route feed which.
  private let links: [RouteLinks]
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
    links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
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

  /// The arrows from the operation's producers on other devices.
  func arriving(at operation: Operation) -> [Arrow] {
    let (route, position) = place(of: operation)
    switch operation.kind.traits.payload {
    case .activation:
      return links[route].inputs[position].compactMap {
        arrow(operation, of: route, from: $0, to: position, isForward: true)
      }
    case .gradient:
      return links[route].outputs[position].compactMap {
        arrow(operation, of: route, from: $0, to: position, isForward: false)
      }
    case nil: return []
    }
  }

  /// The arrows to the operation's consumers on other devices.
  func leaving(_ operation: Operation) -> [Arrow] {
    let (route, position) = place(of: operation)
    switch operation.kind.traits.payload {
    case .activation:
      return links[route].outputs[position].compactMap {
        arrow(operation, of: route, from: position, to: $0, isForward: true)
      }
    case .gradient:
      return links[route].inputs[position].compactMap {
        arrow(operation, of: route, from: position, to: $0, isForward: false)
      }
    case nil: return []
    }
  }

  private func place(of operation: Operation) -> (route: Int, position: Int) {
    let route = Int(problem.routeIndexes[operation.microbatch.index])
    return (route, positions[route * problem.stageCount + operation.stage.index])
  }

  /// A transfer between two visits of a route; it is numbered by its producer, and further
  /// ones of that by their place among its consumers.
  private func arrow(
    _ operation: Operation, of route: Int, from producer: Int, to consumer: Int, isForward: Bool
  ) -> Arrow? {
    let visits = problem.routes[route].visits
    guard visits[producer].device != visits[consumer].device else { return nil }
    let stages = [producer, consumer].map { problem.stages[visits[$0].stage.index] }
    guard isForward || stages.allSatisfy(\.hasBackward) else { return nil }
    let consumers = isForward ? links[route].outputs[producer] : links[route].inputs[producer]
    let place = consumers.firstIndex(of: consumer) ?? 0
    let first = operation.microbatch.index * problem.stageCount + visits[producer].stage.index
    let number = 2 * (place * problem.microbatchCount * problem.stageCount + first)
    return Arrow(name: isForward ? "activation" : "gradient", number: isForward ? number : number + 1)
  }
}
