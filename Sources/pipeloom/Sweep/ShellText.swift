import PipelineModel

/// Words as a shell reads them again, on one line.
enum ShellText {
  /// What no shell takes for anything else.
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-".utf8)

  /// A word, in quotation marks where it needs them.
  ///
  /// - Throws: `Failure` for a word that would not stay on its line or steers terminals.
  static func word(_ word: FilePath) throws(Failure) -> [UInt8] {
    guard !word.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw Failure(
        .badInput,
        "expected a path without control characters, as commands are lines, found \(word.text.quoted)")
    }
    if !word.bytes.isEmpty, word.bytes.allSatisfy(plain.contains) { return word.bytes }
    let quote = UInt8(ascii: "'")
    return [quote] + word.bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
  }

  /// Text as a word.
  static func word(_ text: String) throws(Failure) -> [UInt8] { try word(FilePath(argument: text)) }
}
