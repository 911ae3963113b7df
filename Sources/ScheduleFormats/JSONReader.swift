import PipelineModel

/// A strict pull parser for JSON over a buffer of bytes.
///
/// The caller asks for what it expects, value after value; nothing is built that was not asked for, and
/// anything else is an error with line, column, path and what was expected. Paths cost nothing until an error
/// leaves: `readArray` and `readObject` add their step on the way out.
struct JSONReader: ~Copyable {
  /// The deepest nesting of lists and objects that is read, which also bounds the reader's recursion.
  static let deepestNesting = 64

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  private var depth = 0
  private var knownLine = (number: 1, position: 0)

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads one JSON text, skipping a byte-order mark; text after its value is an error unless not `upToEnd`.
  static func read<Value>(
    _ bytes: [UInt8], upToEnd: Bool = true, _ body: (inout JSONReader) throws(FormatError) -> Value
  ) throws(FormatError) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) -> Value in
      var reader = JSONReader(bytes: buffer)
      if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
      let value = try body(&reader)
      reader.skipBlanks()
      guard !upToEnd || reader.position == buffer.count else {
        throw reader.unexpected("the end of the file")
      }
      return value
    }
  }

  /// The next byte, or zero (which no JSON text contains) at the end.
  @inline(__always)
  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Skips blanks and tells the byte after them.
  @inline(__always)
  @discardableResult
  mutating func skipBlanks() -> UInt8 {
    while position < bytes.count, ASCII.isBlank(bytes[position]) { position += 1 }
    return current
  }

  /// Takes a byte when it is the next one after blanks.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard skipBlanks() == byte, position < bytes.count else { return false }
    position += 1
    return true
  }

  /// Reads a list, giving each element's index to `element`, which must read the element.
  mutating func readArray(
    expecting expected: @autoclosure () -> String,
    _ element: (inout JSONReader, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard take(ASCII.openBracket) else { throw unexpected(expected()) }
    try enter()
    var index = 0
    if !take(ASCII.closeBracket) {
      repeat {
        do { try element(&self, index) } catch { throw error.within(.index(index)) }
        index += 1
      } while take(ASCII.comma)
      guard take(ASCII.closeBracket) else { throw unexpected("`,` or `]`") }
    }
    depth -= 1
  }

  /// Reads an object with any keys, giving each key and its position to `member`, which must read the value.
  mutating func readObject(
    expecting expected: @autoclosure () -> String,
    _ member: (inout JSONReader, String, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    var seen = Set<String>()
    try readMembers(expecting: expected()) { (reader, _) throws(FormatError) in
      let start = reader.position
      let key = try reader.readString(expecting: "a key in quotation marks")
      guard seen.insert(key).inserted else { throw reader.error(.duplicateKey(key), at: start) }
      try reader.readColon()
      do throws(FormatError) { try member(&reader, key, start) } catch { throw error.within(.name(key)) }
    }
  }

  /// Reads an object whose keys are all among `keys`, giving each key's place in `keys` to `member`, which
  /// must read the value. Returns which keys were there.
  mutating func readObject(
    keys: JSONKeys, expecting expected: @autoclosure () -> String,
    _ member: (inout JSONReader, Int) throws(FormatError) -> Void
  ) throws(FormatError) -> JSONKeys.Seen {
    var seen = JSONKeys.Seen()
    try readMembers(expecting: expected()) { (reader, index) throws(FormatError) in
      let start = reader.position
      let key = try reader.readKey(among: keys, guess: index)
      guard seen.insert(key) else { throw reader.error(.duplicateKey(keys.names[key]), at: start) }
      try reader.readColon()
      do throws(FormatError) { try member(&reader, key) } catch { throw error.within(.name(keys.names[key])) }
    }
    return seen
  }

  private mutating func readMembers(
    expecting expected: @autoclosure () -> String,
    _ member: (inout JSONReader, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard take(ASCII.openBrace) else { throw unexpected(expected()) }
    try enter()
    var index = 0
    if !take(ASCII.closeBrace) {
      repeat {
        skipBlanks()
        try member(&self, index)
        index += 1
      } while take(ASCII.comma)
      guard take(ASCII.closeBrace) else { throw unexpected("`,` or `}`") }
    }
    depth -= 1
  }

  /// Takes a word such as `true` when it comes next.
  mutating func take(word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
      return false
    }
    position = end
    return true
  }

  private mutating func readColon() throws(FormatError) {
    guard take(ASCII.colon) else { throw unexpected("`:`") }
  }

  private mutating func enter() throws(FormatError) {
    depth += 1
    guard depth <= Self.deepestNesting else {
      throw error(.tooDeep(limit: Self.deepestNesting), at: position - 1)
    }
  }
}

extension JSONReader {
  /// The line of a position, counted from one. Amortised O(1) when positions ascend.
  mutating func line(at position: Int) -> Int {
    if position < knownLine.position { knownLine = (1, 0) }
    for index in knownLine.position..<position where bytes[index] == ASCII.newline { knownLine.number += 1 }
    knownLine.position = position
    return knownLine.number
  }

  /// An error at a position, by default the current one. O(position).
  func error(_ reason: FormatError.Reason, at place: Int? = nil) -> FormatError {
    let before = bytes[..<min(place ?? position, bytes.count)]
    let line = before.reduce(1) { $1 == ASCII.newline ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    // Continuation bytes do not start a scalar.
    let column = before[lineStart...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return FormatError(reason, line: line, column: column)
  }

  /// An error about what comes next instead of what was expected.
  func unexpected(_ expected: String) -> FormatError {
    error(.expected(expected, found: foundHere))
  }

  /// What comes next, as messages name it.
  private var foundHere: String {
    guard position < bytes.count else { return "the end of the file" }
    switch current {
    case ASCII.openBrace: return "an object"
    case ASCII.openBracket: return "a list"
    case ASCII.quote: return stringHere.quoted
    case let byte where byte > 0x20 && byte < 0x7F: return wordHere
    case let byte where byte >= 0x80: return "a character outside ASCII"
    default: return "a control character"
    }
  }

  private var stringHere: String {
    let rest = bytes[(position + 1)...].prefix(100)
    return String(decoding: rest.prefix { $0 != ASCII.quote && $0 >= 0x20 }, as: UTF8.self)
  }

  private var wordHere: String {
    let word = bytes[position...].prefix(100).prefix { byte in
      byte > 0x20 && byte < 0x7F && !",:[]{}\"".utf8.contains(byte)
    }
    return word.isEmpty
      ? "`\(Character(UnicodeScalar(current)))`" : String(decoding: word, as: UTF8.self).shortened
  }
}
