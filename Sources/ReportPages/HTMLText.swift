/// A page that grows: what the program says itself as it is, what it quotes of others so that it is only text.
struct HTMLText {
  /// What has been written.
  private(set) var bytes: [UInt8] = []

  /// Appends markup.
  mutating func raw(_ markup: String) { bytes += markup.utf8 }

  /// Appends markup.
  mutating func bytes(_ markup: [UInt8]) { bytes += markup }

  /// Appends text: no character of it is markup.
  mutating func text(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      // Control characters are no characters of HTML.
      case 0..<0x20 where byte != 0x0A && byte != 0x09, 0x7F: bytes += "\u{FFFD}".utf8
      default: bytes.append(byte)
      }
    }
  }
}
