extension JSONReader {
  /// Reads a string.
  mutating func readString(expecting expected: @autoclosure () -> String) throws(FormatError) -> String {
    guard skipBlanks() == ASCII.quote else { throw unexpected(expected()) }
    position += 1
    let start = position
    while position < bytes.count, bytes[position] >= 0x20 {
      switch bytes[position] {
      case ASCII.quote:
        let text = try decode(start..<position)
        position += 1
        return text
      case ASCII.backslash:
        return try readEscaped(from: start)
      default:
        position += 1
      }
    }
    throw unexpected("the end of the string")
  }

  /// Goes on reading a string from its first escape.
  private mutating func readEscaped(from start: Int) throws(FormatError) -> String {
    var result = try decode(start..<position)
    var plain = position
    while position < bytes.count, bytes[position] >= 0x20 {
      switch bytes[position] {
      case ASCII.quote:
        result += try decode(plain..<position)
        position += 1
        return result
      case ASCII.backslash:
        result += try decode(plain..<position)
        result.unicodeScalars.append(try readEscape())
        plain = position
      default:
        position += 1
      }
    }
    throw unexpected("the end of the string")
  }

  private mutating func readEscape() throws(FormatError) -> UnicodeScalar {
    let start = position
    position += 2
    guard position <= bytes.count else { throw unexpected("the end of the string") }
    switch UnicodeScalar(bytes[position - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try readUnicodeEscape(from: start)
    default: throw error(.expected("an escape of JSON", found: "another one"), at: start)
    }
  }

  /// Reads the four digits after `\u` and, after the first half of a surrogate pair, the other half.
  private mutating func readUnicodeEscape(from start: Int) throws(FormatError) -> UnicodeScalar {
    guard let first = readFourDigits() else {
      throw error(.expected("four hexadecimal digits", found: "others"), at: start)
    }
    if let scalar = UnicodeScalar(first) { return scalar }
    if first < 0xDC00, take(word: "\\u"), let second = readFourDigits(), (0xDC00..<0xE000).contains(second),
      let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    {
      return scalar
    }
    throw error(.expected("both halves of a surrogate pair", found: "one"), at: start)
  }

  private mutating func readFourDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// The bytes as text.
  private func decode(_ range: Range<Int>) throws(FormatError) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    let text = String(decoding: slice, as: UTF8.self)
    // Decoding repairs; text that was repaired differs from its bytes.
    guard text.utf8.elementsEqual(slice) else { throw error(.notUTF8, at: range.lowerBound) }
    return text
  }
}
