import PipelineModel

extension ScheduleFile {
  /// Reads a schedule; its keys and its devices may come in any order.
  ///
  /// Orders are not judged: an operation may name stages and microbatches that the problem does not have. The
  /// generator, the summary, and all starts and ends together may be missing.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first place that cannot be, with line, column and what was expected.
  /// - Complexity: O(text) time; memory in proportion to the operations, not to the text.
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> ScheduleFile {
    do throws(FormatError) {
      try refuseProblem(bytes)
      return try JSONReader.read(bytes) { (reader) throws(FormatError) in try reader.readSchedule() }
    } catch {
      throw error.about(file: file)
    }
  }

  /// Whether a text that begins like this can be a schedule: any other is refused by its beginning.
  public static func mayBegin(_ bytes: [UInt8]) -> Bool { firstByte(of: bytes) == ASCII.openBrace }

  /// Whether a text begins as schedule files do: with their kind among its first keys. O(length).
  public static func begins(_ bytes: [UInt8]) -> Bool {
    guard mayBegin(bytes) else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let key = text.firstRange(of: "\"pipeloom\"") else { return false }
    let rest = text[key.upperBound...].drop { $0 == ":" || $0.isWhitespace }
    return rest.hasPrefix("\"\(FileKind.schedule.prefix)")
  }

  /// The first byte that is neither blank nor of a byte-order mark.
  private static func firstByte(of bytes: [UInt8]) -> UInt8? {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    return bytes.dropFirst(hasMark ? 3 : 0).first { !ASCII.isBlank($0) }
  }

  /// The largest text of another kind that is looked into to say what it is.
  private static let largestProblem = 1 << 20

  /// Says so when a text is no object of JSON but a problem in YAML.
  private static func refuseProblem(_ bytes: [UInt8]) throws(FormatError) {
    guard let first = firstByte(of: bytes) else { throw FormatError(.nothing(.schedule)) }
    guard first != ASCII.openBrace, bytes.count <= largestProblem,
      let member = (try? DocumentNode.yaml(bytes))??["pipeloom"], case .string(let kind) = member.content,
      kind != FileKind.schedule.rawValue
    else { return }
    throw member.error(.wrongKind(expected: .schedule, found: kind)).within("pipeloom")
  }
}

extension JSONReader {
  private static let scheduleKeys = JSONKeys(ScheduleFile.Keys.schedule)
  private static let generatorKeys = JSONKeys(ScheduleFile.Keys.generator)

  fileprivate mutating func readSchedule() throws(FormatError) -> ScheduleFile {
    var generator: ScheduleFile.Generator?
    var problem: Problem?
    var summary: Summary?
    var orders = RecordedOrders()
    let keys = Self.scheduleKeys
    skipBlanks()
    let start = position
    let seen = try readObject(keys: keys, expecting: "a schedule") { (reader, key) throws(FormatError) in
      switch key {
      case 0: try reader.readKind(.schedule)
      case 1: generator = try reader.readGenerator()
      case 2: problem = try reader.readProblem()
      case 3: summary = try reader.readSummary()
      default: try reader.readDevices(into: &orders)
      }
    }
    try keys.require([0, 2, 4], in: seen, of: self, at: start)
    guard var problem else { throw error(.missingKey(keys.names[2]), at: start) }
    var (joined, times, works) = try orders.join(
      deviceCount: problem.asWritten.deviceCount, reader: self)
    problem = problem.hosting(
      works.sorted { $0.key < $1.key }.map { position, work in
        (joined.device(at: position), work.named(joined.operations[position]))
      })
    if let reader = StreamReader(problem) {
      (joined, times) = try reader.orders(joined, times: times, works: works)
    } else if let work = works.min(by: { $0.key < $1.key })?.value {
      throw FormatError(.withoutStreams, key: work.key)
    }
    let schedule = Schedule(
      problem: try withModes(orders.modes, of: joined, problem), orders: joined)
    return ScheduleFile(
      generator: generator, record: RecordedSchedule(schedule: schedule, times: times, summary: summary))
  }

  /// Reads what a file says it is.
  mutating func readKind(_ kind: FileKind) throws(FormatError) {
    skipBlanks()
    let start = position
    let found = try readString(expecting: kind.rawValue)
    guard found == kind.rawValue else { throw error(.wrongKind(expected: kind, found: found), at: start) }
  }

  private mutating func readProblem() throws(FormatError) -> Problem {
    skipBlanks()
    var count = 0
    return try ProblemFile.decode(try readNode(&count))
  }

  /// The problem with the modes that its `F` name, mode 0 for those that name none; of what the problem does not have, a
  /// checker speaks.
  private func withModes(
    _ modes: [RecordedMode], of orders: Orders, _ problem: Problem
  ) throws(FormatError) -> Problem {
    guard problem.listsModes || !modes.isEmpty else { return problem }
    var lists = [[Int]](
      repeating: problem.stages.map { $0.mode ?? 0 }, count: problem.microbatchCount)
    for operation in orders.operations where operation.kind == .forward {
      let (stage, microbatch) = (operation.stage.index, operation.microbatch.index)
      guard problem.stages.indices.contains(stage), lists.indices.contains(microbatch) else { continue }
      lists[microbatch][stage] = 0
    }
    for mode in modes {
      let (stage, microbatch) = (mode.operation.stage.index, mode.operation.microbatch.index)
      guard problem.stages.indices.contains(stage), lists.indices.contains(microbatch) else { continue }
      let known = problem.stages[stage].modeNames
      guard let number = known.firstIndex(of: mode.name) else {
        var fault = error(.problem(.unknownMode(mode.name, known: known)), at: mode.place)
        fault.key = mode.key
        throw fault
      }
      lists[microbatch][stage] = number
    }
    do { return try problem.with(modes: ModeChoice(lists)) } catch {
      throw FormatError(.problem(error.reason), key: ProblemKey(["problem"] + error.key.steps))
    }
  }

  mutating func readGenerator() throws(FormatError) -> ScheduleFile.Generator {
    skipBlanks()
    let start = position
    var generator = ScheduleFile.Generator(command: "", version: "")
    let keys = Self.generatorKeys
    let seen = try readObject(keys: keys, expecting: "an object") { (reader, key) throws(FormatError) in
      switch key {
      case 0: generator.command = try reader.readString(expecting: "text")
      case 1: generator.family = try reader.readString(expecting: "text")
      case 2: generator.groupSize = Int(try reader.readInt32(expecting: "a group size"))
      default: generator.version = try reader.readString(expecting: "text")
      }
    }
    try keys.require([0, 3], in: seen, of: self, at: start)
    return generator
  }
}
