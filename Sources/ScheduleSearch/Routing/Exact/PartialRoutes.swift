import PipelineModel

extension RouteChoices {
  /// The problem with the chosen routes, in which every other microbatch visits its origin and is then away, on a
  /// device of its own, as briefly as any route left to it lets it be.
  ///
  /// Every schedule with the chosen routes, whatever the others, is a schedule of it with work left out: it is no
  /// shorter, and its bounds hold. With all routes chosen it is the problem itself. `nil` where it cannot be told.
  ///
  /// - Complexity: O(problem + devices²).
  func problem(_ chosen: [Int32]) -> Problem? {
    var routes = model.problem.origins.indices.map { _ in Route(visits: []) }
    for (place, index) in chosen.enumerated() {
      let path = groups[groupOf[place]].choices[Int(index)].path
      routes[order[place]] = model.route(of: order[place], over: path)
    }
    if chosen.count == order.count { return try? model.problem.problem(routes: routes) }
    var parts = ProblemParts(of: model.problem.frame)
    parts.skipReorder = nil
    parts.name = ""
    var hosts = model.problem.hosts
    for place in chosen.count..<order.count {
      let microbatch = order[place]
      let device = Device.ID(parts.devices.count)
      let stage = Stage.ID(parts.stages.count)
      var visits = model.route(of: microbatch, over: []).visits
      visits.insert(Route.Visit(stage: stage, device: device), at: 1)
      routes[microbatch] = Route(visits: visits)
      parts.devices.append(Device())
      parts.stages.append(leastStage(at: place, after: chosen))
      hosts.append([device])
    }
    parts.placement = .explicit(hosts)
    parts.communication = .matrix(links(with: parts.devices.count - model.deviceCount))
    parts.routes = (routes, Array(routes.indices))
    return try? parts.problem()
  }

  /// The least forward and the least backward that routes left to a microbatch keep it away.
  private func leastStage(at place: Int, after chosen: [Int32]) -> Stage {
    let group = groups[groupOf[place]]
    let isFirst = chosen.isEmpty || groupOf[chosen.count - 1] != groupOf[place]
    let left = group.choices[Int(isFirst ? 0 : chosen[chosen.count - 1])...]
    let hasHead = model.problem.rules.head != nil
    let forward = left.map { hasHead ? $0.forward : $0.away }.min() ?? 0
    let backward = hasHead ? left.map(\.backward).min() ?? 0 : 0
    return Stage(
      forward: Self.decimal(forward / group.scale), backwardInput: Self.decimal(backward / group.scale),
      backwardWeight: 0,
      activationForB: 0, activationForW: 0)
  }

  /// The time to nine decimals, not rounded up but for the error of a sum: bounds are exact on a decimal grid.
  private static func decimal(_ time: Double) -> Double { (time * 1e9 + 1e-3).rounded(.down) / 1e9 }

  /// The links, with devices added that every message reaches at once; no route uses one that is missing.
  private func links(with added: Int) -> [[Double]] {
    let count = model.deviceCount
    return (0..<count + added).map { source in
      (0..<count + added).map { target in
        guard max(source, target) < count else { return 0 }
        let link = model.link[source * count + target]
        return link.isFinite ? link : 0
      }
    }
  }
}
