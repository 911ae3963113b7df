import PipelineModel

/// Random problems with streams, phases and tasks over random plain ones.
public struct RandomStreams {
  private var shape: RandomProblem
  private var random: SeededGenerator

  /// Problems of some size; the same for the same seed.
  public init(devices: ClosedRange<Int>, microbatches: ClosedRange<Int>, seed: Int) {
    shape = RandomProblem(devices: devices, microbatches: microbatches)
      .without(
        .overlap, .overlapByStage, .pieces, .modes, .modesByMicrobatch, .recompute, .offload,
        because: "the rules refuse them beside streams and tasks"
      )
      .without(.endDurations, .checkpoints, because: "the rules refuse them beside phases")
    random = SeededGenerator(seed: seed)
  }

  /// The same without some features of the plain problems.
  public func without(_ feature: ProblemFeature, because reason: String) -> RandomStreams {
    var rest = self
    rest.shape = shape.without(feature, because: reason)
    return rest
  }

  /// The next problem, in which nothing waits for itself.
  public mutating func next() throws -> StreamedProblem {
    while true {
      // Of equal cost operations are easily taken for alike, though tasks wait for some of them.
      let drawn = try shape.problem(using: &random)
      let plain = Int.random(in: 0..<3, using: &random) == 0 ? try drawn.withEqualTimes() : drawn
      let streams = ["compute", "net", "copy"].prefix(Int.random(in: 1...3, using: &random))
      let phases = plain.stages.map { self.phases(of: $0, streams: streams.count) }
      let tasks = (0..<Int.random(in: 0...2, using: &random)).map {
        task($0, of: plain, streams: streams.count)
      }
      guard
        let written = try? StreamedProblem(
          plain.with(phases), streams: Array(streams), phases: phases, tasks: tasks),
        let lowered = try? written.lowered(), lowered.layout != nil
      else { continue }
      return written
    }
  }

  private mutating func phases(of stage: Stage, streams: Int) -> StagePhases {
    var phases = StagePhases(of: stage)
    guard streams > 1, Bool.random(using: &random) else { return phases }
    func others(_ count: ClosedRange<Int>) -> [Phase] {
      (0..<Int.random(in: count, using: &random)).map { _ in
        Phase(
          Double(Int.random(in: 1...4, using: &random)), stream: Int.random(in: 0..<streams, using: &random))
      }
    }
    func own() -> Phase { Phase(Double(Int.random(in: 1...4, using: &random))) }
    phases.forward = [own()] + others(0...2)
    if !phases.backwardInput.isEmpty {
      let mirrored = phases.forward.reversed().map { phase in
        Phase(Double(Int.random(in: 1...4, using: &random)), stream: phase.stream)
      }
      phases.backwardInput = Bool.random(using: &random) ? mirrored : others(0...2) + [own()]
    }
    if !phases.backwardWeight.isEmpty { phases.backwardWeight = others(0...1) + [own()] }
    return phases
  }

  private mutating func task(_ number: Int, of plain: Problem, streams: Int) -> PipelineTask {
    let extents: [PipelineTask.Extent?] = [nil, .microbatch, .stage, .device]
    var extent = extents[Int.random(in: 0..<extents.count, using: &random)]
    if plain.hosts.contains(where: { $0.count > 1 }), extent == .stage { extent = nil }
    let needsHost = extent == nil || extent == .microbatch
    let device = Device.ID(Int.random(in: 0..<plain.deviceCount, using: &random))
    let hosts: PipelineTask.Hosts =
      switch Int.random(in: 0...2, using: &random) {
      case 0: .any
      case 1: .listed([device, Device.ID(Int.random(in: 0..<plain.deviceCount, using: &random))])
      default: needsHost ? .listed([device]) : .own
      }
    var task = PipelineTask(
      "task\(number)", per: extent, on: hosts,
      time: Double(Int.random(in: 1...4, using: &random)),
      stream: Int.random(in: 0..<streams, using: &random), pieces: Int.random(in: 1...2, using: &random))
    func reference() -> PipelineTask.Reference {
      if number > 0, Int.random(in: 0..<3, using: &random) == 0 { return .task("task\(number - 1)") }
      let stage = Int.random(in: 0..<plain.stageCount, using: &random)
      let kinds = [Operation.Kind.forward, .backwardInput, .backwardWeight].filter {
        plain.stages[stage].backward.has($0)
      }
      let microbatch =
        Bool.random(using: &random) ? Int.random(in: 0..<plain.microbatchCount, using: &random) : nil
      return .passes(
        [kinds[Int.random(in: 0..<kinds.count, using: &random)]], stage: stage, microbatch: microbatch)
    }
    task.needs = (0..<Int.random(in: 0...2, using: &random)).map { _ in reference() }
    task.feeds = (0..<Int.random(in: 0...2, using: &random)).map { _ in reference() }
    task.isAhead = !task.feeds.isEmpty && Int.random(in: 0..<3, using: &random) > 0
    if Bool.random(using: &random) { task.memory = Double(Int.random(in: 1...3, using: &random)) / 2 }
    return task
  }
}

extension Problem {
  /// The same problem with stages that all take what the first one with as many passes takes.
  fileprivate func withEqualTimes() throws -> Problem {
    var parts = ProblemParts(of: self)
    for (index, stage) in stages.enumerated() {
      guard
        let first = stages.first(where: { $0.isSplit == stage.isSplit && $0.hasBackward == stage.hasBackward }
        ),
        stage.isSplit || !stage.hasBackward
      else { continue }
      parts.stages[index].forward = first.forward
      parts.stages[index].backward = first.backward
    }
    return try parts.problem()
  }

  /// The same problem with the times of its stages' passes the sums of their phases.
  fileprivate func with(_ phases: [StagePhases]) throws -> Problem {
    var parts = ProblemParts(of: self)
    for (index, own) in phases.enumerated() {
      func sum(_ list: [Phase]) -> Double { list.reduce(0) { $0 + $1.time } }
      parts.stages[index].forward = sum(own.forward)
      switch parts.stages[index].backward {
      case .split:
        parts.stages[index].backward = .split(input: sum(own.backwardInput), weight: sum(own.backwardWeight))
      case .input: parts.stages[index].backward = .input(sum(own.backwardInput))
      case .whole: parts.stages[index].backward = .whole(sum(own.backwardInput))
      case .none: break
      }
    }
    return try parts.problem()
  }
}
