import PipelineModel

/// Single settings of a trainer's configuration, wherever in it they stand.
///
/// YAML is read whole. TOML and Python are not: of those the value behind `KEY =` is cut out, and what is a list, a text
/// or a number there is one in YAML, too.
struct SettingsText {
  /// How a configuration is written.
  enum Language {
    case yaml
    /// TOML, Python or JSON.
    case assignments
  }

  private enum Source {
    case document(DocumentNode)
    case text(ArraySlice<UInt8>)
  }

  private let source: Source

  /// Takes a configuration.
  ///
  /// - Throws: `FormatError` for what is no text, or no YAML where it is to be.
  init(_ bytes: [UInt8], language: Language) throws(FormatError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw FormatError(.notUTF8) }
    let first = bytes.first { !ASCII.isBlank($0) }
    // A list alone is the same in all languages.
    guard language == .assignments, first != ASCII.openBracket || Self.isTable(bytes) else {
      guard let root = try DocumentNode.yaml(bytes) else {
        throw FormatError(.nothingOf("a list of modules"))
      }
      source = .document(root)
      return
    }
    source = .text(bytes[...])
  }

  /// Whether a text that begins with a bracket begins with the head of a table of TOML.
  private static func isTable(_ bytes: [UInt8]) -> Bool {
    let line = bytes.drop(while: ASCII.isBlank).prefix { $0 != ASCII.newline }
    let inner = line.dropFirst().prefix { $0 != ASCII.closeBracket }
    return !inner.isEmpty && inner.allSatisfy { isWordPart($0) || $0 == UInt8(ascii: ".") }
  }

  /// The value of a key, the first of this name; `nil` where there is none.
  ///
  /// - Throws: `FormatError` for a value that cannot be read.
  func value(of key: String) throws(FormatError) -> DocumentNode? {
    switch source {
    case .document(let root): return root.first(key)
    case .text(let text):
      guard let place = Self.place(of: key, in: text) else { return nil }
      // Blank lines keep the numbers of lines.
      let lines = text[..<place].count { $0 == ASCII.newline }
      let value = Self.value(at: place, in: text)
      do {
        return try DocumentNode.yaml(Array(repeating: ASCII.newline, count: lines) + value)
      } catch { throw error.within(.name(key)) }
    }
  }

  /// The document itself, where it is a list.
  var list: DocumentNode? {
    guard case .document(let root) = source, case .sequence = root.content else { return nil }
    return root
  }
}

extension SettingsText {
  private static func isWordPart(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || byte == UInt8(ascii: "_") || Character(UnicodeScalar(byte)).isLetter
  }

  /// Where the value of a key begins, outside comments.
  private static func place(of key: String, in text: ArraySlice<UInt8>) -> Int? {
    let name = Array(key.utf8)
    for line in text.split(separator: ASCII.newline, omittingEmptySubsequences: true) {
      let said = line.prefix { $0 != UInt8(ascii: "#") }
      guard let start = said.indices.first(where: { said[$0...].starts(with: name) }),
        start == said.startIndex || !isWordPart(said[start - 1])
      else { continue }
      var rest = said[(start + name.count)...].drop { $0 == ASCII.quote || $0 == UInt8(ascii: "'") }
      rest = rest.drop(while: ASCII.isBlank)
      guard let mark = rest.first, mark == UInt8(ascii: "=") || mark == ASCII.colon else { continue }
      return rest.startIndex + 1
    }
    return nil
  }

  /// What ends a value that is no list.
  private static let ends = Set("\n,#)}".utf8)

  /// What stands there: up to the bracket that closes it, or to the end of the line.
  private static func value(at place: Int, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = text[place...].drop(while: ASCII.isBlank)
    guard rest.first == ASCII.openBracket else {
      return text[place...].prefix { !ends.contains($0) }
    }
    var (depth, quote): (Int, UInt8?) = (0, nil)
    var isComment = false
    for index in rest.indices {
      let byte = rest[index]
      if isComment {
        isComment = byte != ASCII.newline
      } else if let open = quote {
        if byte == open { quote = nil }
      } else if byte == ASCII.quote || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "#") {
        isComment = true
      } else if byte == ASCII.openBracket {
        depth += 1
      } else if byte == ASCII.closeBracket {
        depth -= 1
        if depth == 0 { return text[place...index] }
      }
    }
    return text[place...]
  }
}

extension DocumentNode {
  /// The value of the first key of a name, at any depth.
  fileprivate func first(_ key: String) -> DocumentNode? {
    switch content {
    case .mapping(let members):
      self[key] ?? members.lazy.compactMap { $0.value.first(key) }.first
    case .sequence(let nodes): nodes.lazy.compactMap { $0.first(key) }.first
    case .null, .boolean, .number, .string: nil
    }
  }
}
