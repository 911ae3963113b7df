import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

extension SeededGenerator {
  /// Decimals, whole numbers, tiny, huge and full-precision numbers.
  mutating func magnitude() -> Double {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: 0
    case 1: Double(Int.random(in: 0...1000, using: &self))
    case 2: Double(Int.random(in: 0...100_000, using: &self)) / 1000
    case 3: Double.random(in: 1e-12...1e-9, using: &self)
    // Scaled and at half the speed it still is a duration.
    case 4: Double.random(in: 0...1e14, using: &self)
    default: Double.random(in: 0...100, using: &self)
    }
  }

  /// Text with everything that needs an escape and much that does not.
  mutating func text() -> String {
    let pieces = [
      "a", "7", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "é", "日本", "🧵", "e\u{301}", "null",
    ]
    return (0..<Int.random(in: 0...8, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }
      .joined()
  }

  mutating func stage() -> Stage {
    let activationForB = magnitude()
    let share = Double.random(in: 0.1...1, using: &self)
    let backward: Stage.Backward =
      switch Int.random(in: 0..<8, using: &self) {
      case 0: .input(magnitude())
      case 1: .whole(magnitude())
      case 2: .none
      default: .split(input: magnitude(), weight: magnitude())
      }
    var stage = Stage(
      forward: magnitude(), backward: backward, activationForB: activationForB,
      activationForW: [activationForB * share, 0].randomElement(using: &self) ?? 0,
      checkpoint: backward != .none && Bool.random(using: &self) ? activationForB * share : nil,
      staticMemory: magnitude(), firstForward: Bool.random(using: &self) ? magnitude() : nil,
      lastBackward: backward != .none && Bool.random(using: &self) ? magnitude() : nil)
    if backward != .none {
      stage.recompute = Bool.random(using: &self) ? magnitude() : nil
      stage.offload = Bool.random(using: &self) ? stage.activationForForward : 0
    }
    stage.modeName = Bool.random(using: &self) ? "0\(text())" : nil
    stage.modes = (0..<Int.random(in: 0...2, using: &self)).map { mode(number: $0 + 1, of: stage) }
    stage.mode = Bool.random(using: &self) ? Int.random(in: 0..<stage.modeCount, using: &self) : nil
    stage.modules = Bool.random(using: &self) ? [text()] : []
    return stage
  }

  private mutating func mode(number: Int, of stage: Stage) -> Mode {
    var mode = Mode(name: "\(number)\(text())", forward: Bool.random(using: &self) ? magnitude() : nil)
    if stage.hasBackward {
      if Bool.random(using: &self) { mode.backward = stage.backward }
      mode.recompute = Bool.random(using: &self) ? magnitude() : nil
      mode.checkpoint = Bool.random(using: &self) ? stage.activationForB : nil
      mode.offload = Bool.random(using: &self) ? stage.activationForB / 2 : 0
    }
    if Bool.random(using: &self) { mode.activationForB = stage.activationForB }
    if Bool.random(using: &self) { mode.activationForW = 0 }
    mode.modules = (0..<Int.random(in: 0...2, using: &self)).map { _ in text() }
    return mode
  }

  /// Some of the stages before one, in any order.
  private mutating func inputs(ofStage stage: Int) -> [Stage.ID]? {
    guard Int.random(in: 0..<4, using: &self) == 0 else { return nil }
    return (0..<stage).shuffled(using: &self).prefix(Int.random(in: 0...2, using: &self)).map { Stage.ID($0) }
  }

  private mutating func factors(stages: Int) -> PerStage {
    if Bool.random(using: &self) {
      return .same([1, Double.random(in: 0.1...3, using: &self)].randomElement(using: &self) ?? 1)
    }
    return .each((0..<stages).map { _ in Double.random(in: 0.1...3, using: &self) })
  }

  private mutating func scale(stages: Int) -> Microbatch.Scale {
    if Bool.random(using: &self) { return Microbatch.Scale(factors(stages: stages)) }
    return Microbatch.Scale(
      forward: factors(stages: stages), backwardInput: factors(stages: stages),
      backwardWeight: factors(stages: stages))
  }

  private mutating func gap() -> Gap {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: Gap(magnitude())
    case 1:
      Gap(
        forwardForward: magnitude(), forwardBackward: magnitude(), backwardForward: 0,
        backwardBackward: magnitude())
    default: .none
    }
  }

  private mutating func barrier(devices: Int) -> Barrier {
    let order = (0..<devices).shuffled(using: &self).map { Device.ID($0) }
    let half = Int.random(in: 1...devices, using: &self)
    return [
      .none, .all, .groups([]),
      .groups([Array(order[..<half]), Array(order[half...])].filter { !$0.isEmpty }),
    ].randomElement(using: &self) ?? .none
  }

  /// Names that no two stages share.
  mutating func layers(ofStage stage: Int) -> [String]? {
    guard Bool.random(using: &self) else { return nil }
    return (0..<Int.random(in: 1...3, using: &self)).map { "\(stage).\($0)\(text())" }
  }

  /// A problem; what is drawn is not always one, as gradients may come from nowhere, and then drawn again.
  mutating func problem() throws -> Problem {
    for _ in 0..<200 {
      if let problem = try? drawnProblem() { return problem }
    }
    return try drawnProblem()
  }

  private mutating func drawnProblem() throws -> Problem {
    let deviceCount = Int.random(in: 1...5, using: &self)
    let isSequential = Bool.random(using: &self)
    let stageCount = isSequential ? deviceCount : deviceCount * Int.random(in: 1...3, using: &self)
    let stages = (0..<stageCount).map { index in
      var stage = stage()
      stage.layers = layers(ofStage: index)
      stage.inputs = inputs(ofStage: index)
      return stage
    }
    let uniformLimit = Bool.random(using: &self) ? nil : 1e15
    let mixedLimits = Bool.random(using: &self)
    let uniformStep = magnitude()
    let mixedSteps = Bool.random(using: &self)
    let mixedSpeeds = Bool.random(using: &self)
    let devices = (0..<deviceCount).map { _ in
      Device(
        memoryLimit: mixedLimits ? [nil, 1e15, 9e14].randomElement(using: &self) ?? nil : uniformLimit,
        optimizerStep: mixedSteps ? magnitude() : uniformStep,
        speed: mixedSpeeds ? Double.random(in: 0.5...2, using: &self) : 1,
        host: HostLink(bandwidth: Double.random(in: 0.5...2, using: &self), latency: magnitude()))
    }
    let microbatches = microbatches(devices: deviceCount, stages: stageCount)
    let placement = placement(isSequential, stageCount, deviceCount)
    let hosts = placement.hosts(stageCount: stageCount, deviceCount: deviceCount)
    return try Problem(
      Instance(
        name: text(), source: Bool.random(using: &self) ? text() : nil,
        units: Units(time: text(), memory: text()), devices: devices,
        stages: stages.map { memorySafe($0, devices.contains { $0.memoryLimit != nil }) },
        microbatches: microbatches, placement: placement, communication: communication(deviceCount),
        overlap: Bool.random(using: &self)
          ? nil
          : Overlap(
            forwardBackward: Bool.random(using: &self)
              ? factors(stages: stageCount) : .same(min(magnitude() + 0.5, 1e15))),
        gap: gap(), barrier: barrier(devices: deviceCount), tail: Bool.random(using: &self) ? 0 : magnitude(),
        pieces: Bool.random(using: &self) ? 1 : microbatches.count),
      routes: Bool.random(using: &self) && hosts.allSatisfy { $0.count == 1 }
        ? nil : routes(hosts, microbatchCount: microbatches.count))
  }

  /// One route for all microbatches: some stages in any order, each on one of its hosts.
  private mutating func routes(
    _ hosts: [[Device.ID]], microbatchCount: Int
  ) -> (distinct: [Route], indexes: [Int]) {
    var generator = self
    defer { self = generator }
    let stages = hosts.indices.shuffled(using: &generator)
      .prefix(Int.random(in: 1...hosts.count, using: &generator))
    let visits = stages.map {
      Route.Visit(
        stage: Stage.ID($0), device: hosts[$0].randomElement(using: &generator) ?? Device.ID(0))
    }
    return ([Route(visits: visits)], Array(repeating: 0, count: microbatchCount))
  }

  /// Stages whose memory all fits a limit near the largest number.
  private func memorySafe(_ stage: Stage, _ isLimited: Bool) -> Stage {
    var stage = stage
    if isLimited {
      stage.activationForB /= 256
      stage.activationForW /= 256
      stage.checkpoint = stage.checkpoint.map { $0 / 256 }
      stage.offload /= 256
      stage.staticMemory /= 64
      for index in stage.modes.indices {
        stage.modes[index].activationForB = stage.modes[index].activationForB.map { $0 / 256 }
        stage.modes[index].checkpoint = stage.modes[index].checkpoint.map { $0 / 256 }
        stage.modes[index].offload /= 256
      }
    }
    return stage
  }

  private mutating func microbatches(devices: Int, stages: Int) -> [Microbatch] {
    let count = Int.random(in: 1...6, using: &self)
    if Bool.random(using: &self) { return Array(repeating: Microbatch(), count: count) }
    return (0..<count).map { _ in
      Microbatch(
        scale: scale(stages: stages), memory: factors(stages: stages),
        name: Bool.random(using: &self) ? text() : nil, job: Bool.random(using: &self) ? text() : nil,
        origin: Bool.random(using: &self) ? Device.ID(Int.random(in: 0..<devices, using: &self)) : nil)
    }
  }

  private mutating func placement(_ isSequential: Bool, _ stages: Int, _ devices: Int) -> Placement {
    if isSequential, Bool.random(using: &self) { return .sequential }
    switch Int.random(in: 0..<3, using: &self) {
    case 0: return .loop
    case 1: return .v
    default:
      return .explicit(
        (0..<stages).map { _ in
          (0..<devices).shuffled(using: &self).prefix(Int.random(in: 1...2, using: &self)).map {
            Device.ID($0)
          }
        })
    }
  }

  private mutating func communication(_ devices: Int) -> Communication {
    if Bool.random(using: &self) { return .uniform(magnitude()) }
    func matrix(_ number: () -> Double) -> [[Double]] {
      (0..<devices).map { source in (0..<devices).map { $0 == source ? 0 : number() } }
    }
    if Bool.random(using: &self) { return .matrix(matrix { magnitude() }) }
    let latency = matrix { Double.random(in: 0...1, using: &self) }
    let bandwidth = matrix { Double.random(in: 0.1...9, using: &self) }
    return .links(
      .init(
        latency: latency, bandwidth: bandwidth, bytes: Double.random(in: 0...9, using: &self),
        serialise: [nil, .link, .uplink].randomElement(using: &self) ?? nil))
  }

  /// Orders that need not make sense, with times that need not either.
  mutating func file() throws -> ScheduleFile {
    let problem = try problem()
    let orders = (0..<problem.deviceCount).map { _ in
      (0..<Int.random(in: 0...6, using: &self)).map { _ in
        Operation(
          Operation.Kind.allCases.randomElement(using: &self) ?? .forward,
          stage: Stage.ID(rawValue: Int32.random(in: -2...40, using: &self)),
          microbatch: Microbatch.ID(rawValue: [0, 3, .min, .max].randomElement(using: &self) ?? 0))
      }
    }
    let joined = Orders(orders)
    let pairs = (0..<problem.deviceCount).flatMap { device in
      stride(from: joined.bounds[device], to: joined.bounds[device + 1] - 1, by: 3)
    }
    let count = joined.operations.count
    var times = RecordedSchedule.Times(
      starts: (0..<count).map { _ in magnitude() - magnitude() }, ends: (0..<count).map { _ in magnitude() })
    for position in 0..<count where Int.random(in: 0..<4, using: &self) == 0 {
      let start = magnitude()
      times.offloads[position] = start...start + magnitude()
    }
    return ScheduleFile(
      generator: Bool.random(using: &self)
        ? nil : .init(command: text(), family: Bool.random(using: &self) ? text() : nil, version: text()),
      record: RecordedSchedule(
        schedule: Schedule(
          problem: problem, orders: Orders(operations: joined.operations, bounds: joined.bounds, pairs: pairs)
        ),
        times: count > 0 && Bool.random(using: &self) ? times : nil,
        summary: Bool.random(using: &self) ? summary(devices: problem.deviceCount) : nil))
  }

  private mutating func summary(devices: Int) -> Summary {
    Summary(
      makespan: magnitude(), period: magnitude(), longestDeviceSpan: magnitude(), makespanBubble: magnitude(),
      periodBubble: magnitude(), spanBubble: magnitude(), imbalance: -magnitude(),
      peakMemory: (0..<devices).map { _ in magnitude() },
      recomputeShare: Bool.random(using: &self) ? magnitude() : nil,
      peakHostMemory: Bool.random(using: &self) ? (0..<devices).map { _ in magnitude() } : nil,
      hostBusy: Bool.random(using: &self) ? (0..<devices).map { _ in magnitude() } : nil,
      certificate: Bool.random(using: &self)
        ? nil
        : Certificate(
          objective: Objective.allCases.randomElement(using: &self) ?? .makespan,
          scope: Certificate.Scope.allCases.randomElement(using: &self) ?? .all,
          lowerBound: magnitude(), gap: magnitude(), optimal: Bool.random(using: &self)))
  }
}

/// The message with which a problem text is refused.
func problemRefusal(_ text: String, file: String = "p.yaml") -> String? {
  problemRefusal(Array(text.utf8), file: file)
}

/// The message with which the bytes of a problem are refused.
func problemRefusal(_ bytes: [UInt8], file: String = "p.yaml") -> String? {
  do throws(FormatError) {
    _ = try ProblemFile.decode(bytes, file: file)
    return nil
  } catch {
    return error.description
  }
}

/// The message with which a schedule text is refused.
func scheduleRefusal(_ text: String, file: String = "s.json") -> String? {
  do throws(FormatError) {
    _ = try ScheduleFile.decode(Array(text.utf8), file: file)
    return nil
  } catch {
    return error.description
  }
}

/// A small valid problem, its keys in the order of the format.
let smallProblem = """
  pipeloom: problem/1
  devices: 2
  memoryLimit: 4
  microbatches: 3
  placement: sequential
  stages:
    - {forward: 1, backwardInput: 2, backwardWeight: 3}
    - {forward: 1.5, backwardInput: 2.5, backwardWeight: 3.5, activationForB: 2, activationForW: 1, static: 0.25}
  communication: 0.5
  optimizerStep: [0, 1]
  """

/// A small valid schedule without times.
let smallSchedule = """
  {
    "pipeloom": "schedule/1",
    "problem": {"pipeloom": "problem/1", "devices": 1, "microbatches": 1,
      "stages": [{"forward": 1, "backwardInput": 1, "backwardWeight": 1}]},
    "devices": [
      {"device": 0, "operations": [
        {"op": "F", "stage": 0, "microbatch": 0},
        {"op": "B", "stage": 0, "microbatch": 0},
        {"op": "W", "stage": 0, "microbatch": 0}
      ]}
    ]
  }
  """

extension String {
  /// The text with one occurrence of a part replaced; the part must be there.
  func with(_ part: String, _ replacement: String) -> String {
    guard let range = firstRange(of: part) else {
      Issue.record("no \(part) in the sample")
      return self
    }
    return replacingCharacters(in: range, with: replacement)
  }

  private func firstRange(of part: String) -> Range<Index>? { ranges(of: part).first }

  private func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: text)
    return copy
  }
}
