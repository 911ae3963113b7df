import PipelineModel

/// One random problem in the making.
struct ProblemDraw {
  let features: Set<ProblemFeature>
  var random: SeededGenerator

  mutating func problem(deviceCount: Int, microbatchCount: Int) throws -> Problem {
    let placement = placement(deviceCount: deviceCount)
    let stageCount = placement.stageCount
    let pieces = features.contains(.pieces) ? count(in: 2...3) : 1
    let inputs = inputs(stageCount: stageCount)
    let routes = routes(
      over: placement.placement.hosts(stageCount: stageCount, deviceCount: deviceCount), inputs: inputs,
      sequences: microbatchCount, pieces: pieces)
    let backwards = backwards(inputs: inputs, routes: routes?.distinct)
    let modesPer = modesPer()
    let modeCount = features.contains(.modes) ? count(in: 1...3) : 0
    let stages = (0..<stageCount).map {
      stage(
        inputs: inputs[$0], backwards[$0],
        modeCount: modesPer == .problem ? modeCount : count(in: 0...modeCount))
    }
    let microbatches = (0..<microbatchCount * pieces).map { _ in microbatch(stageCount: stageCount) }
    var parts = ProblemParts(
      Instance(
        devices: devices(deviceCount), stages: stages, microbatches: microbatches,
        placement: placement.placement, communication: communication(deviceCount), modesPer: modesPer,
        overlap: overlap(stageCount: stageCount), gap: gap(), barrier: barrier(deviceCount),
        tail: features.contains(.tail) ? number(in: 1...5) : 0, pieces: pieces),
      routes: routes)
    if modeCount > 0 { parts.modes = modes(of: stages, per: modesPer, microbatchCount: microbatches.count) }
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
      guard features.contains(.offload) else { return Device(optimizerStep: step, speed: speed) }
      let host = HostLink(
        bandwidth: pick([0.5, 1, 2, features.contains(.thirds) ? 3 : 4]),
        latency: pick([0, number(in: 0...2)]))
      return Device(optimizerStep: step, speed: speed, host: host)
    }
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

  private mutating func gap() -> Gap {
    guard features.contains(.gaps) else { return .none }
    guard features.contains(.gapsByTransition) else { return Gap(number(in: 1...2)) }
    return Gap(
      forwardForward: number(in: 0...2), forwardBackward: number(in: 0...2),
      backwardForward: number(in: 0...2),
      backwardBackward: number(in: 1...3))
  }

  /// All devices, or groups of them that leave out some.
  private mutating func barrier(_ deviceCount: Int) -> Barrier {
    guard features.contains(.barrier) else { return .none }
    if Bool.random(using: &random) { return .all }
    var groups: [[Device.ID]] = [[], [], []]
    for device in 0..<deviceCount { groups[count(in: 0...2)].append(Device.ID(device)) }
    return .groups(groups.dropFirst().filter { !$0.isEmpty })
  }

  private mutating func overlap(stageCount: Int) -> Overlap? {
    guard features.contains(.overlap) else { return nil }
    guard features.contains(.overlapByStage) else { return Overlap(forwardBackward: tenths()) }
    return Overlap(forwardBackward: .each((0..<stageCount).map { _ in tenths() }))
  }

  private mutating func tenths() -> Double { Double(count(in: 3...12)) / 10 }

  /// What one sequence needs and a share of the rest; on one device in five any amount.
  private mutating func limit(of device: Int, in problem: Problem, sequences: Int) -> Double? {
    guard count(in: 0...4) > 0 else { return nil }
    let sequence = problem.activationsOfOneMicrobatch[device] * Double(problem.pieces)
    let share = Double(count(in: 0...4)) / 4 * Double(sequences - 1)
    return problem.staticMemory[device] + sequence * (1 + share)
  }

}

// MARK: Numbers

extension ProblemDraw {
  mutating func count(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func device(_ deviceCount: Int) -> Device.ID { Device.ID(count(in: 0...deviceCount - 1)) }

  mutating func number(in range: ClosedRange<Int>) -> Double {
    random.decimal(in: range, decimals: features.contains(.decimals) ? 2 : 0)
  }

  mutating func quarters() -> Double { Double(count(in: 1...8)) / 4 }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[count(in: 0...elements.count - 1)]
  }
}
