import PipelineModel

/// How the routes of a batch use the stages, where rules have let them skip and reorder; the machine form has the names
/// of its parts.
public struct RouteUse: Hashable, Sendable, Encodable {
  /// The number of different routes.
  public let routes: Int
  /// The share of the stages that each microbatch skips, the head not counted.
  public let skipRatio: Double
  /// The microbatches that visit their stages in another order than the model's.
  public let reordered: Int
  /// The stages, the head left out.
  public let stages: [StageLine]
  /// The visits of each device, the head's not counted.
  public let deviceVisits: [Int]

  /// How often one stage is trained.
  public struct StageLine: Hashable, Sendable, Encodable {
    /// The stage.
    public let stage: Int
    /// Its visits.
    public let visits: Int
    /// The share of the microbatches that train it.
    public let share: Double
    /// Its devices.
    public let devices: [Int]
    /// The visits on each of them.
    public let visitsByDevice: [Int]
  }

  /// Counts the visits of a problem with rules; `nil` without. O(visits).
  public init?(_ problem: Problem) {
    guard let rules = problem.skipReorder else { return nil }
    let body = rules.bodyCount(of: problem.stageCount)
    var counts: [Route.Visit: Int] = [:]
    var deviceVisits = [Int](repeating: 0, count: problem.deviceCount)
    var reordered = 0
    for index in problem.routeIndexes {
      let visits = problem.routes[Int(index)].visits.filter { $0.stage != rules.head }
      for visit in visits {
        counts[visit, default: 0] += 1
        deviceVisits[visit.device.index] += 1
      }
      if zip(visits, visits.dropFirst()).contains(where: { $0.stage > $1.stage }) { reordered += 1 }
    }
    self.reordered = reordered
    routes = Set(problem.routeIndexes).count
    skipRatio = 1 - Double(rules.stagesPerMicrobatch) / Double(body)
    stages = (0..<body).map { stage in
      let hosts = problem.hosts[stage]
      let byDevice = hosts.map { counts[Route.Visit(stage: Stage.ID(stage), device: $0)] ?? 0 }
      let visits = byDevice.reduce(0, +)
      return StageLine(
        stage: stage, visits: visits, share: Double(visits) / Double(problem.microbatchCount),
        devices: hosts.map(\.index), visitsByDevice: byDevice)
    }
    self.deviceVisits = deviceVisits
  }
}
