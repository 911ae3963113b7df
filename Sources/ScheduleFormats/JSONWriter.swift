import PipelineModel

/// Appends JSON to a growing buffer of bytes; the caller places blanks and commas.
struct JSONWriter {
  /// What has been written.
  private(set) var bytes: [UInt8] = []

  /// Begins with nothing written and room for `capacity` bytes.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Appends text that is JSON already.
  @inline(__always)
  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Begins a member of an object that is written with one member per line.
  mutating func key(_ name: StaticString, indentation: Int) {
    if bytes.last != ASCII.openBrace { raw(",") }
    newline(indentation)
    raw("\"")
    raw(name)
    raw("\": ")
  }

  /// Appends the shortest text that reads back to the same number, which must be finite.
  @inline(__always)
  mutating func number(_ value: Double) {
    // Whole numbers of this size print as their digits; only they have a sign that zero would lose.
    if value.magnitude < 1e15, value != 0, let whole = Int64(exactly: value) { return integer(whole) }
    var text = value.plain
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// Appends a whole number.
  @inline(__always)
  mutating func integer(_ value: some BinaryInteger) {
    var rest = value.magnitude
    if value < 0 { bytes.append(ASCII.minus) }
    let start = bytes.count
    repeat {
      bytes.append(ASCII.zero + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Appends a string, escaping what JSON requires and nothing else.
  mutating func string(_ text: String) {
    bytes.append(ASCII.quote)
    for byte in text.utf8 {
      switch byte {
      case ASCII.quote: raw("\\\"")
      case ASCII.backslash: raw("\\\\")
      case ASCII.newline: raw("\\n")
      case ASCII.carriageReturn: raw("\\r")
      case ASCII.tab: raw("\\t")
      case 0..<0x20:
        raw("\\u00")
        for digit in [byte >> 4, byte & 15] { bytes.append(contentsOf: String(digit, radix: 16).utf8) }
      default: bytes.append(byte)
      }
    }
    bytes.append(ASCII.quote)
  }

  /// Appends a list on one line.
  mutating func list<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
    raw("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(", ") }
      write(&self, element)
    }
    raw("]")
  }

  /// Appends a list with one element per line, its brackets indented by `indentation`.
  mutating func lines<Element>(
    _ elements: some Collection<Element>, indentation: Int, _ write: (inout JSONWriter, Element) -> Void
  ) {
    raw("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(",") }
      newline(indentation + 2)
      write(&self, element)
    }
    if !elements.isEmpty { newline(indentation) }
    raw("]")
  }

  /// Begins an indented line.
  mutating func newline(_ indentation: Int) {
    bytes.append(ASCII.newline)
    bytes.append(contentsOf: repeatElement(ASCII.space, count: indentation))
  }
}
