import PipelineModel

/// One instruction of the generic program as it is written: all that does not depend on the rank that runs it.
struct ProgramInstruction {
  /// What an instruction does, by its `op`.
  enum Action: Hashable {
    case compute(Operation.Kind)
    case task
    case overlap
    case copy(HostCopy.Way)
    case wait
    case send
    case receive
    case local(LocalStep.Kind)

    /// The words of the format.
    static let words: [String: Action] = {
      var words: [String: Action] = [
        "OVERLAP": .overlap, "WAIT": .wait, "SEND": .send, "RECV": .receive,
      ]
      for kind in LocalStep.Kind.allCases { words[kind.rawValue] = .local(kind) }
      return words.merging(awaited) { first, _ in first }
    }()

    /// The words for what an instruction can wait for.
    static let awaited: [String: Action] = {
      var words: [String: Action] = ["TASK": .task]
      for kind in Operation.Kind.allCases where kind != .reload { words[kind.symbol] = .compute(kind) }
      for way in HostCopy.Way.allCases { words[way.rawValue.uppercased()] = .copy(way) }
      return words
    }()
  }

  /// The keys of an instruction besides `op`: those that it has, and those that it may have.
  typealias Keys = (needed: [String], allowed: [String])

  static let keys = JSONKeys([
    "op", "stage", "microbatch", "payload", "peer", "peerStage", "pair", "parts", "for", "phase", "stream",
    "task", "copy", "piece", "ahead", "from", "to",
  ])

  var action = Action.overlap
  /// The whole numbers by the place of their keys.
  var numbers = SIMD16<Int32>()
  /// Which keys are there.
  var seen = JSONKeys.Seen()
  var payload = ""
  var parts: [Operation] = []
  var awaited = Action.task
  var stream: String?
  var task = ""
  var isAhead = false
  /// What a message goes from and to, where it is not from stage to stage.
  var ends: [ProgramWork] = []

  /// The keys that belong to the instruction.
  var ownKeys: Keys {
    switch action {
    case .overlap: (["parts"], [])
    case .wait:
      switch awaited {
      case .compute, .task: (["for"] + keys(of: awaited).needed, keys(of: awaited).allowed + ["ahead"])
      default: (["for"] + keys(of: awaited).needed, [])
      }
    case .send, .receive:
      isResult
        ? (["payload", "from", "to", "peer", "pair"], ["ahead"])
        : (["payload", "stage", "microbatch", "peer", "peerStage", "pair"], [])
    case .local(let kind): (kind.hasMicrobatch ? ["stage", "microbatch"] : ["stage"], [])
    case .compute, .task, .copy: keys(of: action)
    }
  }

  private func keys(of action: Action) -> Keys {
    switch action {
    case .compute: (["stage", "microbatch"], ["phase", "stream"])
    case .task: (["task"], ["copy", "piece", "stream"])
    default: (["stage", "microbatch"], [])
    }
  }

  /// Whether a message says what it goes from and to.
  private var isResult: Bool { !ends.isEmpty }

  /// The instruction of a rank.
  func instruction(on rank: Device.ID) -> RankProgram.Instruction {
    switch action {
    case .compute, .task: .compute(work(action), stream: stream)
    case .overlap: .overlap(forward: parts[0], backward: parts[1])
    case .copy(let way): .copy(copy(way))
    case .wait: wait
    case .send: .send(transfer(from: (rank, stage), to: (peer, peerStage)))
    case .receive: .receive(transfer(from: (peer, peerStage), to: (rank, stage)))
    case .local(let kind):
      .local(LocalStep(kind, stage: stage, microbatch: kind.hasMicrobatch ? microbatch : nil))
    }
  }

  private var wait: RankProgram.Instruction {
    if case .copy(let way) = awaited { return .wait(copy(way)) }
    return .hold(StreamWait(of: stream, for: work(awaited), isAhead: isAhead))
  }

  private func work(_ action: Action) -> ProgramWork {
    guard case .compute(let kind) = action else {
      return .task(task, copy: optional(12), piece: optional(13))
    }
    return .pass(Operation(kind, stage: stage, microbatch: microbatch), phase: optional(9))
  }

  private func copy(_ way: HostCopy.Way) -> HostCopy { HostCopy(way, stage: stage, microbatch: microbatch) }

  private var stage: Stage.ID { Stage.ID(rawValue: numbers[1]) }
  private var microbatch: Microbatch.ID { Microbatch.ID(rawValue: numbers[2]) }
  private var peer: Device.ID { Device.ID(rawValue: numbers[4]) }
  private var peerStage: Stage.ID { Stage.ID(rawValue: numbers[5]) }
  private func optional(_ key: Int) -> Int? { seen.contains(key) ? Int(numbers[key]) : nil }

  private func transfer(
    from source: (rank: Device.ID, stage: Stage.ID), to destination: (rank: Device.ID, stage: Stage.ID)
  ) -> Transfer {
    let content: Transfer.Content =
      isResult
      ? .result(WorkResult(of: ends[0], for: ends[1], isAhead: isAhead))
      : Transfer.Content(
        name: payload, Transfer.Passage(of: microbatch, from: source.stage, to: destination.stage))
    return Transfer(pair: Int(numbers[6]), content: content, from: source.rank, to: destination.rank)
  }
}
