import PipelineModel

extension JSONReader {
  /// Reads one instruction: its `op`, and the keys that belong to it.
  mutating func readProgramInstruction() throws(FormatError) -> ProgramInstruction {
    skipBlanks()
    let start = position
    var instruction = ProgramInstruction()
    var ends: (from: ProgramWork?, to: ProgramWork?)
    let keys = ProgramInstruction.keys
    instruction.seen = try readObject(keys: keys, expecting: "an instruction") {
      (reader, key) throws(FormatError) in
      switch key {
      case 0: instruction.action = try reader.readWord(of: ProgramInstruction.Action.words, "an instruction")
      case 3: instruction.payload = try reader.readString(expecting: "the name of a payload")
      case 7: instruction.parts = try reader.readParts()
      case 8:
        instruction.awaited = try reader.readWord(
          of: ProgramInstruction.Action.awaited, "what is waited for")
      case 10: instruction.stream = try reader.readString(expecting: "the name of a stream")
      case 11: instruction.task = try reader.readString(expecting: "the name of a task")
      case 14: instruction.isAhead = try reader.readBoolean()
      case 15: ends.from = try reader.readWork()
      case 16: ends.to = try reader.readWork()
      default: instruction.numbers[key] = try reader.readIndex()
      }
    }
    instruction.ends = [ends.from, ends.to].compactMap(\.self)
    try check(instruction, at: start)
    return instruction
  }

  /// Checks that an instruction has the keys that belong to it, and no others.
  private mutating func check(_ instruction: ProgramInstruction, at start: Int) throws(FormatError) {
    let (keys, seen, own) = (ProgramInstruction.keys, instruction.seen, instruction.ownKeys)
    try keys.require(0..<1, in: seen, of: self, at: start)
    for (key, name) in keys.names.enumerated().dropFirst() {
      if !seen.contains(key), own.needed.contains(name) { throw error(.missingKey(name), at: start) }
      if seen.contains(key), !own.needed.contains(name), !own.allowed.contains(name) {
        throw error(.unknownKey(name, known: ["op"] + own.needed + own.allowed), at: start)
      }
    }
    if seen.contains(15), instruction.payload != Transfer.Content.result {
      throw error(
        .expected(
          "the payload \(Transfer.Content.result.quoted) of a message from one piece of work to another",
          found: instruction.payload.quoted), at: start)
    }
  }

  /// Reads what a message goes from or to: a pass, a phase or a task, wherever that runs.
  private mutating func readWork() throws(FormatError) -> ProgramWork {
    skipBlanks()
    let start = position
    let instruction = try readProgramInstruction().instruction(on: Device.ID(0))
    guard case .compute(let work, nil) = instruction else {
      throw error(.expected("a pass or a task, without its stream", found: "\(instruction)"), at: start)
    }
    return work
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
      guard case .compute(.pass(let operation, nil), nil) = part else {
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
