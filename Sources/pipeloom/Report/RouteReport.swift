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
    var counts = [[Int]](repeating: Array(repeating: 0, count: problem.deviceCount), count: body)
    var reordered = 0
    for index in problem.routeIndexes {
      let visits = problem.routes[Int(index)].visits.filter { $0.stage != rules.head }
      for visit in visits { counts[visit.stage.index][visit.device.index] += 1 }
      if zip(visits, visits.dropFirst()).contains(where: { $0.stage > $1.stage }) { reordered += 1 }
    }
    self.reordered = reordered
    routes = Set(problem.routeIndexes).count
    skipRatio = 1 - Double(rules.stagesPerMicrobatch) / Double(body)
    stages = counts.enumerated().map { stage, counts in
      let hosts = problem.hosts[stage]
      let visits = counts.reduce(0, +)
      return StageLine(
        stage: stage, visits: visits, share: Double(visits) / Double(problem.microbatchCount),
        devices: hosts.map(\.index), visitsByDevice: hosts.map { counts[$0.index] })
    }
    deviceVisits = problem.devices.indices.map { device in counts.reduce(0) { $0 + $1[device] } }
  }

  /// The report for a person.
  var text: String {
    var table = TextTable([("stage", .right), ("visits", .right), ("trained", .right), ("by device", .left)])
    for line in stages {
      let devices = zip(line.devices, line.visitsByDevice).map { "\($0): \($1)" }
      table.add([
        String(line.stage), String(line.visits), line.share.percent, devices.joined(separator: ", "),
      ])
    }
    return "  Routes: \(routes) different, \(skipRatio.percent) of the stages skipped, "
      + "\(reordered.counted("microbatch", "microbatches")) out of order\n\(table.text)\n"
  }
}
