/// Damages text files at random as their structure invites: numbers become other numbers, elements, members, cells
/// and lines are removed, repeated, exchanged or taken from another file; and now and then single bytes.
public struct TextMutator {
  private var bytes: [UInt8]
  /// Another file, of the same format at best.
  private let other: [UInt8]

  /// Numbers, and what stands in for them, that arithmetic stumbles over.
  private static let numbers = [
    "0", "-0", "-1", "1", "2", "3", "7", "10", "0.5", "0.1", "1.25", "0.30000000000000004", "1e-9", "1e-320",
    "1e308",
    "1e999", "2147483647", "-2147483648", "4294967296", "9007199254740993", "9223372036854775807",
    "99999999999",
    "1_000", "0x10", "1e", "NaN", ".inf", "null", "true", "\"4\"", "[]", "[1, 2]",
  ].map { Array($0.utf8) }

  /// Texts that parsers stumble over.
  private static let morsels = [
    "null", "true", "[]", "{}", "\"\"", "[[0, 1], [1, 0]]", "- ", "? ", "|", "#", "%", "&a ", "*a ", "!!int ",
    "<<: ",
    "\\u0000", "\\ud800", "\u{0}", "\t", "\n", "\u{FEFF}", "\u{202E}", "\u{1F600}", "e\u{301}", "{", "}", "[",
    "]", "\"", ",", ":", "'", "~",
  ].map { Array($0.utf8) }

  /// One to four random changes of a file.
  ///
  /// - Parameter other: a file to take parts from; the file itself if left out.
  public static func mutate(
    _ bytes: [UInt8], with other: [UInt8]? = nil, using random: inout SeededGenerator
  ) -> [UInt8] {
    var mutator = TextMutator(bytes: bytes, other: other ?? bytes)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !mutator.bytes.isEmpty {
      mutator.change(&random)
    }
    return mutator.bytes
  }

  private mutating func change(_ random: inout SeededGenerator) {
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0...4: replaceNumber(after: place, &random)
    case 5...6: remove(part(of: bytes, around: place, &random))
    case 7...8: repeatPart(part(of: bytes, around: place, &random))
    case 9...10: replacePart(around: place, by: bytes, &random)
    case 11: replacePart(around: place, by: other, &random)
    case 12: bytes.replaceSubrange(place..<place + 1, with: Self.morsels.randomElement(using: &random) ?? [])
    case 13: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 14: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &random)))
    default: if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeSubrange(place...) }
    }
  }

  /// Most of a file's meaning stands in its numbers.
  private mutating func replaceNumber(after place: Int, _ random: inout SeededGenerator) {
    guard let range = number(in: bytes, after: place) else { return }
    let text = Array(bytes[range])
    let value = Int(String(decoding: text, as: UTF8.self)).flatMap { $0 < 1 << 40 ? $0 : nil }
    switch (Int.random(in: 0..<4, using: &random), value) {
    case (0, let value?): replace(range, Array("\(value + 1)".utf8))
    case (1, let value?): replace(range, Array("\(value - 1)".utf8))
    case (2, _):
      let donor = number(in: bytes, after: Int.random(in: bytes.indices, using: &random)) ?? range
      replace(range, Array(bytes[donor]))
    default: replace(range, Self.numbers.randomElement(using: &random) ?? [])
    }
  }

  private func number(in text: [UInt8], after place: Int) -> Range<Int>? {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let start = text[place...].firstIndex(where: isDigit) else { return nil }
    return start..<(text[start...].firstIndex { !isDigit($0) && $0 != 0x2E } ?? text.count)
  }

  private mutating func replacePart(around place: Int, by source: [UInt8], _ random: inout SeededGenerator) {
    guard !source.isEmpty else { return }
    let isLine = Bool.random(using: &random)
    let from = part(of: source, around: Int.random(in: source.indices, using: &random), isLine: isLine)
    replace(part(of: bytes, around: place, isLine: isLine), Array(source[from]))
  }

  private mutating func replace(_ range: Range<Int>, _ text: [UInt8]) {
    bytes.replaceSubrange(range, with: text)
  }

  /// Removes a part with the comma that parted it from the next or the one before.
  private mutating func remove(_ part: Range<Int>) {
    let (comma, first) = (UInt8(ascii: ","), part.lowerBound)
    if part.upperBound < bytes.count, bytes[part.upperBound] == comma {
      bytes.removeSubrange(first...part.upperBound)
    } else {
      bytes.removeSubrange((first > 0 && bytes[first - 1] == comma ? first - 1 : first)..<part.upperBound)
    }
  }

  /// Puts a part in once more, with a comma in between where it is no line.
  private mutating func repeatPart(_ part: Range<Int>) {
    var text = Array(bytes[part])
    if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: ",")) }
    bytes.insert(contentsOf: text, at: part.lowerBound)
  }

  // MARK: Parts

  private func part(of text: [UInt8], around place: Int, _ random: inout SeededGenerator) -> Range<Int> {
    part(of: text, around: place, isLine: Int.random(in: 0..<3, using: &random) == 0)
  }

  /// A line, or what stands between the commas and brackets around a place.
  private func part(of text: [UInt8], around place: Int, isLine: Bool) -> Range<Int> {
    let (comma, newline) = (UInt8(ascii: ","), UInt8(ascii: "\n"))
    func isOpening(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") }
    func isClosing(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") }
    var (start, end, depth) = (place, place, 0)
    while start > 0 {
      let byte = text[start - 1]
      if isLine ? byte == newline : depth == 0 && (byte == comma || isOpening(byte)) { break }
      depth += isClosing(byte) ? 1 : isOpening(byte) ? -1 : 0
      start -= 1
    }
    depth = 0
    while end < text.count {
      let byte = text[end]
      if isLine ? byte == newline : depth == 0 && (byte == comma || isClosing(byte)) { break }
      depth += isOpening(byte) ? 1 : isClosing(byte) ? -1 : 0
      end += 1
    }
    return start..<min(text.count, isLine ? end + 1 : end)
  }
}
