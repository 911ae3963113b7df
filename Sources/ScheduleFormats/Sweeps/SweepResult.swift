import PipelineModel

/// What stands in a file that a point of a sweep made: a schedule's figures, or why there is no schedule.
public enum SweepResult: Hashable, Sendable {
  /// A schedule.
  case schedule(Head)
  /// Why the problem has no such schedule.
  case refusal(String)

  /// What a schedule file says before its operations.
  public struct Head: Hashable, Sendable {
    /// What made it.
    public var generator: ScheduleFile.Generator
    /// How many devices its problem has.
    public var devices: Int
    /// How many microbatches it has, a sequence that is cut into pieces counting as one.
    public var sequences: Double
    /// The unit of its memory.
    public var memoryUnit: String
    /// The figures.
    public var summary: Summary
  }

  /// Reads the beginning of a file, up to the end of a schedule's figures.
  ///
  /// - Parameters:
  ///   - isWhole: whether the text is the whole file; otherwise it may end anywhere.
  ///   - file: the name that messages give the text.
  /// - Returns: `nil` where a text that is not whole ends too early.
  /// - Throws: `FormatError` where it is neither, or the file does not end as files of ours do.
  /// - Complexity: O(text before the operations).
  public init?(beginning bytes: [UInt8], isWhole: Bool, file: String) throws(FormatError) {
    do throws(FormatError) {
      self = try JSONReader.read(bytes, upToEnd: false) { (reader) throws(FormatError) in
        try reader.readResult()
      }
    } catch {
      guard isWhole else { return nil }
      throw error.about(file: file)
    }
  }

  /// Why there is no schedule, as a file.
  public static func encode(refusal reason: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("{")
    writer.key("pipeloom", indentation: 2)
    writer.string(FileKind.refusal.rawValue)
    writer.key("reason", indentation: 2)
    writer.string(reason)
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }
}

extension JSONReader {
  /// Reads up to the reason of a refusal or the figures of a schedule, wherever the rest stands.
  fileprivate mutating func readResult() throws(FormatError) -> SweepResult {
    var kind = ""
    var generator: ScheduleFile.Generator?
    var size: (devices: Int, sequences: Double, memoryUnit: String)?
    var summary: Summary?
    guard take(ASCII.openBrace) else { throw unexpected("a \(FileKind.schedule.noun)") }
    repeat {
      let key = try readString(expecting: "a key in quotation marks")
      guard take(ASCII.colon) else { throw unexpected("`:`") }
      switch key {
      case "pipeloom": kind = try readString(expecting: FileKind.schedule.rawValue)
      case "reason" where kind == FileKind.refusal.rawValue:
        return .refusal(try readString(expecting: "text"))
      case "generator": generator = try readGenerator()
      case "problem": size = try readSize()
      case "summary": summary = try readSummary()
      default: try skipValue()
      }
      if kind == FileKind.schedule.rawValue, let generator, let size, let summary {
        return .schedule(
          .init(
            generator: generator, devices: size.devices, sequences: size.sequences,
            memoryUnit: size.memoryUnit, summary: summary))
      }
    } while take(ASCII.comma)
    guard kind == FileKind.schedule.rawValue else {
      throw error(.wrongKind(expected: .schedule, found: kind))
    }
    let missing = generator == nil ? "generator" : size == nil ? "problem" : "summary"
    throw error(.missingKey(missing))
  }

  /// Reads how large a problem is and skips the rest of it.
  private mutating func readSize() throws(FormatError)
    -> (devices: Int, sequences: Double, memoryUnit: String)
  {
    var (devices, microbatches, pieces, unit) = (0, 0, 1, "")
    try readRawMembers(expecting: "an object") { (reader, key) throws(FormatError) in
      if reader.isText("devices", at: key) {
        devices = Int(try reader.readInt32(expecting: "a count"))
      } else if reader.isText("pieces", at: key) {
        pieces = Int(try reader.readInt32(expecting: "a count"))
      } else if reader.isText("microbatches", at: key) {
        microbatches = try reader.readMicrobatchCount()
      } else if reader.isText("units", at: key) {
        try reader.readObject(expecting: "an object") { (reader, key, _) throws(FormatError) in
          let name = try reader.readString(expecting: "text")
          if key == "memory" { unit = name }
        }
      } else {
        try reader.skipValue()
      }
    }
    return (devices, Double(microbatches) / Double(max(1, pieces)), unit)
  }

  /// A number of microbatches, or as many as a list has.
  private mutating func readMicrobatchCount() throws(FormatError) -> Int {
    guard skipBlanks() == ASCII.openBracket else { return Int(try readInt32(expecting: "a count")) }
    var count = 0
    try readArray(expecting: "a list") { (reader, _) throws(FormatError) in
      try reader.skipValue()
      count += 1
    }
    return count
  }
}
