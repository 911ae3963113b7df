import PipelineModel

/// What most of a trace is read with: values that nobody asked for are walked over, not read.
///
/// A trace has a million events with a dozen values each, of which five count. These walk at the pace of a memory copy
/// and keep to what they need: the ends of texts, lists and objects.
extension JSONReader {
  /// Walks over a text and tells where its bytes are, without the quotation marks.
  mutating func skipString(expecting expected: @autoclosure () -> String) throws(FormatError) -> Range<Int> {
    guard skipBlanks() == ASCII.quote else { throw unexpected(expected()) }
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.quote:
        position += 1
        return start..<(position - 1)
      case ASCII.backslash: position += 2
      default: position += 1
      }
    }
    position = bytes.count
    throw unexpected("the end of the string")
  }

  /// Walks over any value.
  mutating func skipValue() throws(FormatError) {
    switch skipBlanks() {
    case ASCII.quote: _ = try skipString(expecting: "a text")
    case ASCII.openBrace, ASCII.openBracket: try skipNested()
    default: try skipWord()
    }
  }

  /// Walks over a number or a word; profilers also write `NaN` and `Infinity`, for which JSON has no number.
  private mutating func skipWord() throws(FormatError) {
    let start = position
    while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    guard position > start else { throw unexpected("a value") }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      ASCII.zero...ASCII.nine,
      ASCII.minus, ASCII.plus, ASCII.dot:
      true
    default: false
    }
  }

  private mutating func skipNested() throws(FormatError) {
    let start = position
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.quote: _ = try skipString(expecting: "a text")
      case ASCII.openBrace, ASCII.openBracket:
        depth += 1
        guard depth <= Self.deepestNesting else {
          throw error(.tooDeep(limit: Self.deepestNesting), at: start)
        }
        position += 1
      case ASCII.closeBrace, ASCII.closeBracket:
        depth -= 1
        position += 1
        if depth == 0 { return }
      default: position += 1
      }
    }
    throw unexpected("the end of a list or object")
  }

  /// Reads an object, giving to `member` where each key's bytes are; it must read or skip the value.
  mutating func readRawMembers(
    expecting expected: @autoclosure () -> String,
    _ member: (inout JSONReader, Range<Int>) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard take(ASCII.openBrace) else { throw unexpected(expected()) }
    if take(ASCII.closeBrace) { return }
    repeat {
      let key = try skipString(expecting: "a key in quotation marks")
      guard take(ASCII.colon) else { throw unexpected("`:`") }
      try member(&self, key)
    } while take(ASCII.comma)
    guard take(ASCII.closeBrace) else { throw unexpected("`,` or `}`") }
  }

  /// Whether the bytes at a place are those of a text.
  @inline(__always)
  func isText(_ text: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[range.lowerBound + offset] != text.utf8Start[offset]
    {
      return false
    }
    return true
  }

  /// Where the bytes of a text, number or word are; other values are skipped and give an empty place.
  mutating func skipScalar() throws(FormatError) -> Range<Int> {
    switch skipBlanks() {
    case ASCII.quote: return try skipString(expecting: "a text")
    case ASCII.openBrace, ASCII.openBracket:
      try skipNested()
      return position..<position
    default:
      let start = position
      try skipWord()
      return start..<position
    }
  }

  /// Reads a number, which some writers put in quotation marks.
  mutating func readQuotedNumber(expecting expected: String) throws(FormatError) -> Double {
    guard skipBlanks() == ASCII.quote else { return try readNumber(expecting: expected) }
    let place = position
    let text = try readString(expecting: expected)
    guard let value = Double(text), value.isFinite else {
      throw error(.expected(expected, found: text.quoted), at: place)
    }
    return value
  }
}
