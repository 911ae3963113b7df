/// Graphviz's PDF without the moment it was made at, so that equal drawings give equal bytes.
struct PDFDocument {
  /// The finished document.
  private(set) var bytes: [UInt8]

  /// Overwrites the creation date in place: the file's table of positions must stay true. O(size).
  init(_ source: [UInt8]) {
    bytes = source
    let key = Array("/CreationDate (D:".utf8)
    // The information dictionary stands near the end of the file.
    guard let start = Self.last(key, in: bytes) else { return }
    let digits = Array("19700101000000".utf8)
    for (offset, digit) in digits.enumerated() where start + key.count + offset < bytes.count {
      bytes[start + key.count + offset] = digit
    }
    // The rest of the date is a time zone, such as Z or +01'00: its digits become zeros.
    var position = start + key.count + digits.count
    while position < bytes.count, bytes[position] != UInt8(ascii: ")") {
      if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[position]) {
        bytes[position] = UInt8(ascii: "0")
      } else if bytes[position] == UInt8(ascii: "-") {
        bytes[position] = UInt8(ascii: "+")
      }
      position += 1
    }
  }

  private static func last(_ key: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= key.count else { return nil }
    return (0...bytes.count - key.count).reversed().first { bytes[$0...].starts(with: key) }
  }
}
