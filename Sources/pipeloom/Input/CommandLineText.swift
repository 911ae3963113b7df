/// The arguments of the program as text that loses no byte of them.
///
/// Arguments are bytes, the argument parser takes text, and decoding repairs what is no UTF-8, so that a path
/// would name another file. Bytes that are not text are therefore written as one private character each; those
/// characters themselves, where an argument has one, are written byte by byte as well.
enum CommandLineText {
  /// The characters that stand for the bytes 0x80 to 0xFF: the last of all private ones.
  private static let standIns: ClosedRange<UInt32> = 0x10_FF80...0x10_FFFF

  /// The arguments behind the program's name.
  static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { argument in
        text(of: Array(UnsafeRawBufferPointer(start: argument, count: length(of: argument))))
      }
    }
  }

  private static func length(of text: UnsafePointer<CChar>) -> Int {
    var end = text
    while end.pointee != 0 { end += 1 }
    return end - text
  }

  /// Bytes as text.
  static func text(of bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      if let scalar = leadingScalar(of: rest), !standIns.contains(scalar.value) {
        text.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        text.append(Unicode.Scalar(standIns.lowerBound - 0x80 + UInt32(first)) ?? "\u{FFFD}")
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The bytes that a text stands for.
  static func bytes(of text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in
      standIns.contains(scalar.value)
        ? [UInt8(scalar.value - standIns.lowerBound + 0x80)] : Array(String(scalar).utf8)
    }
  }

  /// The character that well-formed bytes begin with.
  private static func leadingScalar(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    let beginning = bytes.prefix(4)
    let scalar = String(decoding: beginning, as: UTF8.self).unicodeScalars.first
    // Decoding repairs; a character that was put in differs from the bytes.
    return scalar.flatMap { beginning.starts(with: String($0).utf8) ? $0 : nil }
  }
}
