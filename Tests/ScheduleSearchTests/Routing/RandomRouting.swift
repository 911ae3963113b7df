import PipelineModel
import TestSupport

/// What random routing problems look like.
struct RandomRouting {
  var stages = 2...5
  var replicas = 1...2
  var microbatches = 1...4
  /// Whether a head ends routes on their origins.
  var head = true
  var speeds = [1, 1.5, 2]
  /// The devices on which all stages after the first are; devices of their own if `nil`.
  var shared: Int?
  /// Whether stages and devices may be visited so often only, or must be.
  var limits = false
  /// Whether microbatches differ in scale, and devices take optimizer steps.
  var scalesAndSteps = false

  /// Replicated stages on devices of their own, unequal speeds and links, random rules.
  func problem(
    using random: inout SeededGenerator, _ change: (inout SkipReorderRules) -> Void = { _ in }
  ) throws -> RoutingProblem {
    let body = Int.random(in: stages, using: &random)
    var count = 0
    var hosts = (0..<body).map { _ in
      (0..<Int.random(in: replicas, using: &random)).map { _ in
        count += 1
        return Device.ID(count - 1)
      }
    }
    if let shared {
      count = hosts[0].count + shared
      for stage in 1..<body {
        let pool = (hosts[0].count..<count).map { Device.ID($0) }
        let replicas = min(shared, Int.random(in: replicas, using: &random))
        hosts[stage] = Array(pool.shuffled(using: &random).prefix(replicas)).sorted()
      }
    }
    let hasHead = head && Bool.random(using: &random)
    if hasHead { hosts.append(hosts[0]) }
    var rules = SkipReorderRules(
      stagesPerMicrobatch: Int.random(in: 1...body, using: &random),
      head: hasHead ? Stage.ID(body) : nil, maxSwaps: Int.random(in: 0...2, using: &random),
      maxSwapDistance: Int.random(in: 1...2, using: &random),
      maxForwardJump: Bool.random(using: &random) ? nil : Int.random(in: 1...body, using: &random))
    let batch = Int.random(in: microbatches, using: &random)
    if limits { limit(&rules, stages: body, devices: count, batch: batch, using: &random) }
    change(&rules)
    let latency = (0..<count).map { _ in (0..<count).map { _ in random.decimal(in: 0...2, decimals: 1) } }
    let microbatches = (0..<batch).map { _ in
      Microbatch(scale: scalesAndSteps ? Double(Int.random(in: 1...4, using: &random)) / 2 : 1)
    }
    let problem = try Problem(
      devices: (0..<count).map { _ in
        Device(
          memoryLimit: 2, optimizerStep: scalesAndSteps ? random.decimal(in: 0...3, decimals: 1) : 0,
          speed: speeds[Int.random(in: speeds.indices, using: &random)])
      },
      stages: hosts.indices.map { stage in
        Stage(
          forward: random.decimal(in: 0...3, decimals: 1),
          backwardInput: random.decimal(in: 0...3, decimals: 1),
          backwardWeight: random.decimal(in: 0...2, decimals: 1),
          activationForB: hasHead && stage == body ? 0 : 1, activationForW: 0)
      },
      microbatches: microbatches, placement: .explicit(hosts), communication: .matrix(latency),
      skipReorder: rules,
      routes: (
        hosts[0].map { Route(visits: [.init(stage: Stage.ID(0), device: $0)]) },
        microbatches.indices.map { $0 % hosts[0].count }
      ))
    return try RoutingProblem(problem)
  }

  /// Draws limits of visits that do not contradict each other on a single stage.
  private func limit(
    _ rules: inout SkipReorderRules, stages: Int, devices: Int, batch: Int,
    using random: inout SeededGenerator
  ) {
    func counts(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
      (0..<count).map { _ in Int.random(in: range, using: &random) }
    }
    switch Int.random(in: 0...3, using: &random) {
    case 0: rules.visitsPerStage = .atMost(counts(stages, 0...batch))
    case 1: rules.maxSkips = counts(stages, 0...batch)
    case 2: rules.visitsPerDevice = counts(devices, max(1, batch / 2)...batch)
    default:
      rules.visitsPerStage = .atMost(counts(stages, max(0, batch - 1)...batch))
      rules.maxSkips = counts(stages, 1...batch)
    }
  }
}

extension RoutingProblem {
  /// Every order of stages that the rules allow, one by one.
  var orders: [[Stage.ID]] {
    let body = rules.bodyCount(of: stages.count)
    func extended(_ order: [Stage.ID]) -> [[Stage.ID]] {
      if order.count == rules.stagesPerMicrobatch {
        return rules.breach(in: order, stageCount: stages.count) == nil ? [order] : []
      }
      return (0..<body).map { Stage.ID($0) }.filter { !order.contains($0) }
        .flatMap { extended(order + [$0]) }
    }
    return extended([Stage.ID(0)])
  }

  /// Every route of a microbatch, one by one.
  func routes(of microbatch: Int) -> [Route] {
    orders.flatMap { order in
      var choices = [[Route.Visit(stage: Stage.ID(0), device: origins[microbatch])]]
      for stage in order.dropFirst() {
        choices = choices.flatMap { visits in
          hosts[stage.index].map { visits + [Route.Visit(stage: stage, device: $0)] }
        }
      }
      if let head = rules.head {
        choices = choices.map { $0 + [Route.Visit(stage: head, device: origins[microbatch])] }
      }
      return choices.map { Route(visits: $0) }
    }
  }

  /// Every choice of routes for all microbatches that keeps the limits of visits.
  var choices: [[Route]] {
    let options = origins.indices.map { routes(of: $0) }
    var choices: [[Route]] = [[]]
    for own in options { choices = choices.flatMap { choice in own.map { choice + [$0] } } }
    return choices.filter(keepsLimits)
  }

  private func keepsLimits(_ routes: [Route]) -> Bool {
    let visits = routes.flatMap(\.visits).filter { $0.stage != rules.head }
    let ranges = rules.visitRanges(stageCount: stages.count, microbatchCount: origins.count)
    for (stage, range) in ranges.enumerated()
    where !range.contains(visits.count { $0.stage.index == stage }) { return false }
    return devices.indices.allSatisfy { device in
      rules.visitsPerDevice.map { limits in
        visits.count { $0.device.index == device } <= limits[device]
      } ?? true
    }
  }
}
