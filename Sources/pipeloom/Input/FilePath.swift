import ArgumentParser

/// A path: to the operating system not text but bytes, which name another file as soon as one of them changes.
struct FilePath: Hashable, ExpressibleByArgument {
  /// Everything but the zero at the end.
  let bytes: [UInt8]

  init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  init(argument: String) { bytes = CommandLineText.bytes(of: argument) }

  /// Whether it stands for standard input or output.
  var isStandardStream: Bool { bytes == [UInt8(ascii: "-")] }

  /// The path as text, with a replacement character for what is none.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as messages name it; `standardStream` where it is `-`.
  func name(_ standardStream: String) -> String {
    isStandardStream ? standardStream : bytes.isEmpty ? "''" : text
  }

  /// Whether the path is text.
  var isText: Bool { text.utf8.elementsEqual(bytes) }

  /// Whether it begins at the root.
  var isAbsolute: Bool { bytes.first == Self.slash }

  /// The path up to and with its last slash; empty for a name alone.
  var folder: FilePath { FilePath(bytes: bytes[..<nameStart]) }

  /// The name alone, without its folders.
  var lastName: FilePath { FilePath(bytes: bytes[nameStart...]) }

  /// The path of something in the same folder.
  func neighbour(_ name: String) -> FilePath { folder.appending(Array(name.utf8)) }

  /// The path with more behind it.
  func appending(_ more: [UInt8]) -> FilePath { FilePath(bytes: bytes + more) }

  /// The path with another ending in place of its own, if it has one.
  func withEnding(_ ending: String) -> FilePath {
    let name = bytes[nameStart...]
    // A name that begins with its only dot has no ending.
    let dot = name.lastIndex(of: Self.dot).flatMap { $0 > nameStart ? $0 : nil }
    return FilePath(bytes: bytes[..<(dot ?? bytes.endIndex)] + Array(".\(ending)".utf8))
  }

  /// What stands behind the last dot; `nil` without a dot.
  var ending: String? {
    bytes.lastIndex(of: Self.dot).map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
  }

  /// Lends the path to the operating system.
  func withSystemText<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      // The zero at the end is there: the buffer has a base.
      buffer.baseAddress.map(body) ?? body("")
    }
  }

  private var nameStart: Int { bytes.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0 }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
}
