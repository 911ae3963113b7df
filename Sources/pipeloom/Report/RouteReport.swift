import PipelineModel

/// How the routes of a batch use the stages, where rules have let them skip and reorder.
struct RouteReport: Encodable {
  /// The number of different routes.
  let routes: Int
  /// The share of the stages that each microbatch skips, the head not counted.
  let skipRatio: Double
  /// The microbatches that visit their stages in another order than the model's.
  let reordered: Int
  let stages: [StageLine]
  /// The visits of each device, the head's not counted.
  let deviceVisits: [Int]

  /// How often one stage is trained.
  struct StageLine: Encodable {
    let stage: Int
    let visits: Int
    /// The share of the microbatches that train it.
    let share: Double
    /// The visits on each of its devices.
    let devices: [Int]
    let visitsByDevice: [Int]
  }

  /// Counts the visits of a problem with rules; `nil` without. O(visits).
  init?(_ problem: Problem) {
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

  /// The report for a person.
  var text: TerminalText {
    var table = TextTable([("stage", .right), ("visits", .right), ("trained", .right), ("by device", .left)])
    for line in stages {
      let devices = zip(line.devices, line.visitsByDevice).map { "\($0): \($1)" }
      table.add([
        String(line.stage), String(line.visits), line.share.percent, devices.joined(separator: ", "),
      ])
    }
    let outOfOrder = reordered.counted("microbatch", "microbatches")
    return """
        Routes: \(routes) different, \(skipRatio.percent) of the stages skipped, \(outOfOrder) out of order
      \(table.text)

      """
  }
}
