import PipelineModel

/// Random problems with every feature that there is, except for those that a test leaves out and says why.
///
/// One problem in four has all features at once; the others have each of them in every second problem, so that
/// any two, or few, of them meet without the rest.
public struct RandomProblem: Sendable {
  /// How many devices.
  public let devices: ClosedRange<Int>
  /// How many microbatches; where they are pieces, how many sequences.
  public let microbatches: ClosedRange<Int>
  /// What no problem has, and why.
  public private(set) var leftOut: [ProblemFeature: String] = [:]

  /// Problems of some size with all features.
  public init(devices: ClosedRange<Int> = 1...5, microbatches: ClosedRange<Int> = 1...7) {
    self.devices = devices
    self.microbatches = microbatches
  }

  /// The same without some features.
  public func without(_ features: ProblemFeature..., because reason: String) -> RandomProblem {
    var rest = self
    for feature in features { rest.leftOut[feature] = reason }
    return rest
  }

  /// The same in other sizes.
  public func sized(devices: ClosedRange<Int>, microbatches: ClosedRange<Int>) -> RandomProblem {
    var other = RandomProblem(devices: devices, microbatches: microbatches)
    other.leftOut = leftOut
    return other
  }

  /// A random problem. Every stage differs from every other; an activation is held until the end of `W` in part,
  /// as a whole or not at all.
  public func problem(using random: inout SeededGenerator) throws -> Problem {
    let isFull = Int.random(in: 0..<4, using: &random) == 0
    let drawn = ProblemFeature.allCases.filter { feature in
      let isDrawn = Bool.random(using: &random)
      return (isDrawn || isFull) && leftOut[feature] == nil
    }
    var draw = ProblemDraw(features: Set(drawn), random: random)
    defer { random = draw.random }
    return try draw.problem(
      deviceCount: draw.count(in: devices), microbatchCount: draw.count(in: microbatches))
  }
}

/// One random problem in the making.
private struct ProblemDraw {
  let features: Set<ProblemFeature>
  var random: SeededGenerator

  mutating func count(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func problem(deviceCount: Int, microbatchCount: Int) throws -> Problem {
    let placement = placement(deviceCount: deviceCount)
    let pieces = features.contains(.pieces) ? count(in: 2...3) : 1
    var parts = ProblemParts(
      name: "", source: nil, units: Units(), devices: devices(deviceCount),
      stages: (0..<placement.stageCount).map { _ in stage() },
      microbatches: (0..<microbatchCount * pieces).map { _ in
        Microbatch(scale: features.contains(.scales) ? quarters() : 1)
      },
      placement: placement.placement, communication: communication(deviceCount),
      overlap: features.contains(.overlap) ? Overlap(forwardBackward: Double(count(in: 3...12)) / 10) : nil,
      pieces: pieces, skipReorder: nil,
      routes: routes(
        over: placement.placement.hosts(stageCount: placement.stageCount, deviceCount: deviceCount),
        sequences: microbatchCount, pieces: pieces))
    guard features.contains(.memoryLimit) else { return try parts.problem() }
    let free = try parts.problem()
    for index in parts.devices.indices {
      parts.devices[index].memoryLimit = limit(of: index, in: free, sequences: microbatchCount)
    }
    return try parts.problem()
  }

  private mutating func devices(_ deviceCount: Int) -> [Device] {
    (0..<deviceCount).map { _ in
      let step = features.contains(.optimizerStep) ? number(in: 0...5) : 0
      var speed = 1.0
      if features.contains(.speeds) { speed = pick([0.5, 0.8, 1, 1.25, 2, 4]) }
      if features.contains(.thirds) { speed *= pick([0.75, 1, 3]) }
      return Device(optimizerStep: step, speed: speed)
    }
  }

  private mutating func stage() -> Stage {
    let held = number(in: 1...3)
    let kept = pick([0, held, min(held, number(in: 0...2))])
    return Stage(
      forward: duration(), backwardInput: duration(), backwardWeight: duration(), activationForB: held,
      activationForW: kept, staticMemory: features.contains(.staticMemory) ? number(in: 0...4) : 0)
  }

  private mutating func duration() -> Double {
    features.contains(.zeroDurations) && count(in: 0...3) == 0 ? 0 : number(in: 1...9)
  }

  private mutating func communication(_ deviceCount: Int) -> Communication {
    let shared = number(in: 0...2)
    let isMatrix = features.contains(.latencies)
    let latency = matrix(deviceCount) { isMatrix ? $0.number(in: 0...2) : shared }
    guard features.contains(.bandwidth) || features.contains(.serialise) else {
      return isMatrix ? .matrix(latency) : .uniform(shared)
    }
    let bandwidth = matrix(deviceCount) { $0.pick([0.5, 1, 2, 4]) }
    return .links(
      Communication.Links(
        latency: latency, bandwidth: bandwidth, bytes: number(in: 0...6),
        serialise: features.contains(.serialise) ? pick(Communication.Serialisation.allCases) : nil))
  }

  private mutating func matrix(_ count: Int, _ entry: (inout ProblemDraw) -> Double) -> [[Double]] {
    (0..<count).map { _ in (0..<count).map { _ in entry(&self) } }
  }

  private mutating func placement(deviceCount: Int) -> (placement: Placement, stageCount: Int) {
    var placement = Placement.sequential
    var stageCount = deviceCount
    if features.contains(.placement) {
      stageCount += count(in: 0...deviceCount)
      placement = pick([.loop, .v, .explicit((0..<stageCount).map { _ in [device(deviceCount)] })])
    }
    guard features.contains(.replicas), deviceCount > 1 else { return (placement, stageCount) }
    let hosts = placement.hosts(stageCount: stageCount, deviceCount: deviceCount).map { own in
      let other = device(deviceCount)
      return other == own[0] ? own : own + [other]
    }
    return (.explicit(hosts), stageCount)
  }

  /// Three routes, of which each sequence takes one; `nil` where all take the only one there is.
  private mutating func routes(
    over hosts: [[Device.ID]], sequences: Int, pieces: Int
  ) -> (distinct: [Route], indexes: [Int])? {
    guard features.contains(.routes) || features.contains(.replicas) else { return nil }
    let distinct = (0..<3).map { _ in
      var stages = Array(hosts.indices)
      if features.contains(.routes) {
        stages = Array(stages.shuffled(using: &random).prefix(count(in: 1...hosts.count)))
      }
      return Route(visits: stages.map { .init(stage: Stage.ID($0), device: pick(hosts[$0])) })
    }
    let chosen = (0..<sequences).map { _ in count(in: 0...2) }
    return (distinct, (0..<sequences * pieces).map { chosen[$0 / pieces] })
  }

  /// What one sequence needs and a share of the rest; on one device in five any amount.
  private mutating func limit(of device: Int, in problem: Problem, sequences: Int) -> Double? {
    guard count(in: 0...4) > 0 else { return nil }
    let sequence = problem.activationsOfOneMicrobatch[device] * Double(problem.pieces)
    let share = Double(count(in: 0...4)) / 4 * Double(sequences - 1)
    return problem.staticMemory[device] + sequence * (1 + share)
  }

  private mutating func device(_ deviceCount: Int) -> Device.ID { Device.ID(count(in: 0...deviceCount - 1)) }

  private mutating func number(in range: ClosedRange<Int>) -> Double {
    random.decimal(in: range, decimals: features.contains(.decimals) ? 2 : 0)
  }

  private mutating func quarters() -> Double { Double(count(in: 1...8)) / 4 }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[count(in: 0...elements.count - 1)]
  }
}
