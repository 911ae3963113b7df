import PipelineModel

/// How far apart a placement puts devices that work together; less is better.
///
/// Slow links and devices show in it before any routes are chosen: every microbatch goes home, and balanced visits
/// use every device.
struct PlacementCost: Hashable, Sendable, Comparable {
  /// The devices after the first stage through which no route leads, and origins without a route.
  var unreachable: Int
  /// The longest of the origins' cheapest round trips, and the mean over all other devices of the cheapest round
  /// trip through each.
  var time: Double

  static func < (left: PlacementCost, right: PlacementCost) -> Bool {
    (left.unreachable, left.time) < (right.unreachable, right.time)
  }

  init(unreachable: Int, time: Double) {
    self.unreachable = unreachable
    self.time = time
  }

  /// Judges the placement of a problem. O(origins x arcs x replicas²).
  init(_ problem: RoutingProblem, fused: Bool) {
    let model = RoutingModel(problem, fused: fused)
    var cheapest = CheapestRoute(model)
    unreachable = 0
    var longest = 0.0
    var through = [Double](repeating: .infinity, count: model.lanes.count)
    for origin in Set(model.origins).sorted() where !model.graph.isEmpty {
      let costs = cheapest.costsThroughLanes(from: Int(origin), scale: 1)
      if costs[Int(origin)].isFinite {
        longest = max(longest, costs[Int(origin)])
      } else {
        unreachable += 1
      }
      for (lane, cost) in costs.enumerated() { through[lane] = min(through[lane], cost) }
    }
    let others = model.lanes.indices.filter { model.lanes[$0].stage > 0 }.map { through[$0] }
    let reached = others.filter(\.isFinite)
    // Devices without memory for their stage have no lane.
    unreachable += problem.devices.count - model.lanesOfStage[0].count - reached.count
    time = longest + (reached.isEmpty ? 0 : reached.reduce(0, +) / Double(reached.count))
  }
}
