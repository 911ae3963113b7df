/// Walks over the cells of a CSV, row by row; what they mean is for others to judge.
///
/// Rows end with LF or CRLF, commas stand between cells, and blanks around a cell are no part of it. A cell that begins
/// with a quotation mark goes on to the next one that is not doubled, and may hold commas and line ends (RFC 4180).
struct CSVReader {
  /// The whole text.
  let bytes: [UInt8]
  /// Where the next row begins.
  private(set) var position = 0
  /// The line on which the next row begins, counted from one.
  private(set) var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all rows are read.
  var isAtEnd: Bool { position >= bytes.count }

  /// The places of the next row's cells, quotation marks included; an empty line has none. O(row).
  mutating func readRow() -> [Range<Int>] {
    if takeLineEnd() { return [] }
    var cells = [readCell()]
    while position < bytes.count, bytes[position] == ASCII.comma {
      position += 1
      cells.append(readCell())
    }
    _ = takeLineEnd()
    return cells
  }

  /// What a cell says, without its quotation marks; `nil` where they do not stand around all of it.
  func text(of cell: Range<Int>) -> String? {
    guard !cell.isEmpty, bytes[cell.lowerBound] == ASCII.quote else {
      return String(decoding: bytes[cell], as: UTF8.self)
    }
    var text: [UInt8] = []
    var position = cell.lowerBound + 1
    while position < cell.upperBound {
      if bytes[position] == ASCII.quote {
        position += 1
        if position == cell.upperBound { return String(decoding: text, as: UTF8.self) }
        guard bytes[position] == ASCII.quote else { return nil }
      }
      text.append(bytes[position])
      position += 1
    }
    return nil
  }

  private mutating func readCell() -> Range<Int> {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    let start = position
    if position < bytes.count, bytes[position] == ASCII.quote { skipQuoted() }
    while position < bytes.count, bytes[position] != ASCII.comma, lineEndLength == 0 { position += 1 }
    var end = position
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Goes behind the mark that closes a quotation, or to the end of the text where none does.
  private mutating func skipQuoted() {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == ASCII.newline { line += 1 }
      guard byte == ASCII.quote else { continue }
      guard position < bytes.count, bytes[position] == ASCII.quote else { return }
      position += 1
    }
  }

  private mutating func takeLineEnd() -> Bool {
    let length = lineEndLength
    position += length
    line += length == 0 ? 0 : 1
    return length > 0
  }

  /// How many bytes the line end at the position takes; 0 where there is none.
  private var lineEndLength: Int {
    guard position < bytes.count else { return 0 }
    if bytes[position] == ASCII.newline { return 1 }
    let isPair = bytes[position] == ASCII.carriageReturn && position + 1 < bytes.count
    return isPair && bytes[position + 1] == ASCII.newline ? 2 : 0
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }
}
