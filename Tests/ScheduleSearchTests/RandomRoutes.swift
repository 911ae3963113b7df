import PipelineModel
import TestSupport

/// Problems in which every microbatch takes some stages in some order, on devices that several stages share, with
/// memory that is just enough or little more: what can make devices wait for each other's memory.
struct RandomRoutes {
  /// The largest share of what is needed that limits may leave beside it.
  var room = 1.5
  /// Whether messages may wait for each other and pairs overlap.
  var interacts = false

  func problem(using random: inout SeededGenerator) throws -> Problem {
    let deviceCount = Int.random(in: 1...3, using: &random)
    let all = (0..<deviceCount).map { Device.ID($0) }
    let stages = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let held = random.decimal(in: 0...3, decimals: 1)
      return Stage(
        forward: random.decimal(in: 0...3, decimals: 1),
        backwardInput: random.decimal(in: 0...3, decimals: 1),
        backwardWeight: random.decimal(in: 0...2, decimals: 1), activationForB: held,
        activationForW: min(held, random.decimal(in: 0...2, decimals: 1)),
        staticMemory: random.decimal(in: 0...1, decimals: 1))
    }
    let hosts = stages.map { _ in
      all.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)).sorted()
    }
    let microbatches = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Microbatch(scale: Double(Int.random(in: 1...4, using: &random)) / 2)
    }
    let routes = microbatches.map { _ in
      Route(
        visits: stages.indices.shuffled(using: &random).prefix(
          Int.random(in: 1...stages.count, using: &random)
        )
        .map { stage in
          Route.Visit(
            stage: Stage.ID(stage),
            device: hosts[stage][Int.random(in: hosts[stage].indices, using: &random)])
        })
    }
    let latency = all.map { _ in all.map { _ in random.decimal(in: 0...2, decimals: 1) } }
    let links = Communication.Links(
      latency: latency, bandwidth: latency.map { $0.map { _ in 2 } }, bytes: 1, serialise: .uplink)
    func problem(_ limits: [Double]?) throws -> Problem {
      try Problem(
        devices: all.map { Device(memoryLimit: limits?[$0.index], optimizerStep: 1) }, stages: stages,
        microbatches: microbatches, placement: .explicit(hosts),
        communication: interacts ? .links(links) : .matrix(latency),
        overlap: interacts ? Overlap(forwardBackward: 0.8) : nil, routes: (routes, Array(routes.indices)))
    }
    let tight = Bool.random(using: &random)
    return try problem(
      try problem(nil).leastMemory.map { need in
        // What counts as within a limit may be a rounding error above it.
        tight ? need / (1 + 0.9e-9) : need * Double.random(in: 1...room, using: &random)
      })
  }
}
