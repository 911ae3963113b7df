import PipelineModel

/// What a random problem may contain.
public struct RandomProblem: Sendable {
  /// How many devices at most.
  public var devices = 1...5
  /// How many microbatches at most.
  public var microbatches = 1...7
  /// Whether stages may be several to a device, in any placement without replicas.
  public var anyPlacement = false
  /// Whether microbatches may differ in scale.
  public var scales = false
  /// Whether devices may differ in speed.
  public var speeds = false
  /// Whether microbatches may skip and reorder stages, some of them replicated.
  public var routes = false
  /// Whether overlapped pairs gain, or lose, time.
  public var overlap = false
  /// Whether microbatches may be pieces of sequences.
  public var pieces = false
  /// Whether links have bandwidths and carry one message at a time, each or those of an uplink together.
  public var serialise = false

  /// Only sequential placements and equal microbatches.
  public init() {}

  /// A random problem: uneven stages, random latency matrix, fractional times; no memory limits.
  public func problem(using random: inout SeededGenerator) throws -> Problem {
    let deviceCount = Int.random(in: devices, using: &random)
    let stageCount =
      anyPlacement ? deviceCount + Int.random(in: 0...deviceCount, using: &random) : deviceCount
    let stages = (0..<stageCount).map { _ in
      let held = random.decimal(in: 1...3)
      return Stage(
        forward: random.decimal(in: 0...9), backwardInput: random.decimal(in: 0...9),
        backwardWeight: random.decimal(in: 0...9), activationForB: held,
        activationForW: min(held, random.decimal(in: 0...2)), staticMemory: random.decimal(in: 0...4))
    }
    let pieces = self.pieces ? Int.random(in: 1...3, using: &random) : 1
    let microbatches = (0..<pieces * Int.random(in: microbatches, using: &random)).map { _ in
      Microbatch(scale: scales ? Double(Int.random(in: 1...8, using: &random)) / 4 : 1)
    }
    let latency = (0..<deviceCount).map { _ in (0..<deviceCount).map { _ in random.decimal(in: 0...2) } }
    let step = random.decimal(in: 0...5)
    let hosts = self.hosts(stageCount: stageCount, deviceCount: deviceCount, using: &random)
    let factor = overlap ? Double(Int.random(in: 5...12, using: &random)) / 10 : 1
    let links = serialise ? randomLinks(latency: latency, using: &random) : nil
    return try Problem(
      devices: (0..<deviceCount).map { _ in
        Device(
          optimizerStep: step, speed: speeds ? Double(Int.random(in: 1...8, using: &random)) / 4 : 1)
      }, stages: stages,
      microbatches: microbatches, placement: hosts.map { .explicit($0) } ?? .sequential,
      communication: links ?? .matrix(latency), overlap: overlap ? Overlap(forwardBackward: factor) : nil,
      pieces: pieces,
      routes: routes
        ? try randomRoutes(hosts: hosts ?? [], of: microbatches.count, pieces: pieces, using: &random) : nil)
  }

  private func randomLinks(latency: [[Double]], using random: inout SeededGenerator) -> Communication {
    let bandwidth = latency.map { row in
      row.map { _ in Double(1 << Int.random(in: 0...3, using: &random)) / 2 }
    }
    return .links(
      Communication.Links(
        latency: latency, bandwidth: bandwidth, bytes: random.decimal(in: 0...6),
        serialise: Bool.random(using: &random) ? .link : .uplink))
  }

  private func hosts(
    stageCount: Int, deviceCount: Int, using random: inout SeededGenerator
  ) -> [[Device.ID]]? {
    guard anyPlacement || routes else { return nil }
    let all = (0..<deviceCount).map { Device.ID($0) }
    return (0..<stageCount).map { _ in
      let replicas = routes ? Int.random(in: 1...min(2, deviceCount), using: &random) : 1
      return Array(all.shuffled(using: &random).prefix(replicas))
    }
  }

  private func randomRoutes(
    hosts: [[Device.ID]], of count: Int, pieces: Int, using random: inout SeededGenerator
  ) throws -> (distinct: [Route], indexes: [Int]) {
    let distinct = (0..<3).map { _ in
      let length = Int.random(in: 1...hosts.count, using: &random)
      return Route(
        visits: hosts.indices.shuffled(using: &random).prefix(length).map { stage in
          Route.Visit(
            stage: Stage.ID(stage),
            device: hosts[stage][Int.random(in: 0..<hosts[stage].count, using: &random)])
        })
    }
    let sequences = (0..<count / pieces).map { _ in Int.random(in: 0..<distinct.count, using: &random) }
    return (distinct, (0..<count).map { sequences[$0 / pieces] })
  }
}
