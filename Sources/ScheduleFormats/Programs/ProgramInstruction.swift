import PipelineModel

/// One instruction of the generic program as it is written: all that does not depend on the rank that runs it.
struct ProgramInstruction {
  /// What an instruction does, by its `op`.
  enum Action: Hashable {
    case compute(Operation.Kind)
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
      for kind in Operation.Kind.allCases where kind != .reload { words[kind.symbol] = .compute(kind) }
      for way in HostCopy.Way.allCases { words[way.rawValue.uppercased()] = .copy(way) }
      for kind in LocalStep.Kind.allCases { words[kind.rawValue] = .local(kind) }
      return words
    }()

    /// The keys that such an instruction has, besides `op`.
    fileprivate var keys: [String] {
      switch self {
      case .overlap: ["parts"]
      case .wait: ["for", "stage", "microbatch"]
      case .send, .receive: ["payload", "stage", "microbatch", "peer", "peerStage", "pair"]
      case .local(let kind) where !kind.hasMicrobatch: ["stage"]
      case .compute, .copy, .local: ["stage", "microbatch"]
      }
    }
  }

  /// The words for copies.
  fileprivate static let ways = Dictionary(
    uniqueKeysWithValues: HostCopy.Way.allCases.map { ($0.rawValue.uppercased(), $0) })

  fileprivate static let keys = JSONKeys([
    "op", "stage", "microbatch", "payload", "peer", "peerStage", "pair", "parts", "for",
  ])

  fileprivate var action = Action.overlap
  /// The whole numbers by the place of their keys.
  fileprivate var numbers = SIMD8<Int32>()
  fileprivate var payload = ""
  fileprivate var parts: [Operation] = []
  fileprivate var awaited = HostCopy.Way.offload

  /// The instruction of a rank.
  func instruction(on rank: Device.ID) -> RankProgram.Instruction {
    switch action {
    case .compute(let kind): .compute(Operation(kind, stage: stage, microbatch: microbatch))
    case .overlap: .overlap(forward: parts[0], backward: parts[1])
    case .copy(let way): .copy(HostCopy(way, stage: stage, microbatch: microbatch))
    case .wait: .wait(HostCopy(awaited, stage: stage, microbatch: microbatch))
    case .send: .send(transfer(from: here(rank), to: there))
    case .receive: .receive(transfer(from: there, to: here(rank)))
    case .local(let kind):
      .local(LocalStep(kind, stage: stage, microbatch: kind.hasMicrobatch ? microbatch : nil))
    }
  }

  private var stage: Stage.ID { Stage.ID(rawValue: numbers[1]) }
  private var microbatch: Microbatch.ID { Microbatch.ID(rawValue: numbers[2]) }
  private func here(_ rank: Device.ID) -> Route.Visit { Route.Visit(stage: stage, device: rank) }
  private var there: Route.Visit {
    Route.Visit(stage: Stage.ID(rawValue: numbers[5]), device: Device.ID(rawValue: numbers[4]))
  }

  private func transfer(from source: Route.Visit, to destination: Route.Visit) -> Transfer {
    Transfer(
      pair: Int(numbers[6]), content: Transfer.Content(name: payload), microbatch: microbatch, from: source,
      to: destination)
  }
}

extension JSONReader {
  /// Reads one instruction: its `op`, and the keys that belong to it.
  mutating func readProgramInstruction() throws(FormatError) -> ProgramInstruction {
    skipBlanks()
    let start = position
    var instruction = ProgramInstruction()
    let keys = ProgramInstruction.keys
    let seen = try readObject(keys: keys, expecting: "an instruction") { (reader, key) throws(FormatError) in
      switch key {
      case 0: instruction.action = try reader.readWord(of: ProgramInstruction.Action.words, "an instruction")
      case 3: instruction.payload = try reader.readString(expecting: "the name of a payload")
      case 7: instruction.parts = try reader.readParts()
      case 8:
        instruction.awaited = try reader.readWord(of: ProgramInstruction.ways, "a copy")
      default: instruction.numbers[key] = try reader.readIndex()
      }
    }
    try keys.require(0..<1, in: seen, of: self, at: start)
    let needed = instruction.action.keys
    for (key, name) in keys.names.enumerated().dropFirst() {
      switch (seen.contains(key), needed.contains(name)) {
      case (false, true): throw error(.missingKey(name), at: start)
      case (true, false): throw error(.unknownKey(name, known: ["op"] + needed), at: start)
      default: break
      }
    }
    return instruction
  }

  /// Reads the two operations of an overlapped pair.
  private mutating func readParts() throws(FormatError) -> [Operation] {
    skipBlanks()
    let start = position
    var parts: [Operation] = []
    try readArray(expecting: "two operations") { (reader, _) throws(FormatError) in
      reader.skipBlanks()
      let place = reader.position
      let part = try reader.readProgramInstruction().instruction(on: Device.ID(0))
      guard case .compute(let operation) = part else {
        throw reader.error(.expected("an operation", found: "\(part)"), at: place)
      }
      parts.append(operation)
    }
    guard parts.count == 2 else {
      throw error(.expected("two operations", found: "\(parts.count)"), at: start)
    }
    return parts
  }

  private mutating func readWord<Value>(
    of words: [String: Value], _ what: String
  ) throws(FormatError) -> Value {
    skipBlanks()
    let start = position
    let word = try readString(expecting: what)
    guard let value = words[word] else {
      let list = words.keys.sorted().joined(separator: ", ")
      throw error(.expected("\(what), one of \(list)", found: word.quoted), at: start)
    }
    return value
  }

  /// Reads the number of a stage, a microbatch, a rank or a pair.
  private mutating func readIndex() throws(FormatError) -> Int32 {
    skipBlanks()
    let start = position
    let number = try readInt32(expecting: "a number from 0")
    guard number >= 0 else { throw error(.expected("a number from 0", found: "\(number)"), at: start) }
    return number
  }
}
