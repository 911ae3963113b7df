import PipelineModel

/// A value of a JSON or YAML document with the line it stands on: what both kinds of text are decoded from.
struct DocumentNode: Sendable {
  /// The value itself.
  enum Content: Sendable {
    case null
    case boolean(Bool)
    /// A finite number, and how the document writes it.
    case number(Double, text: String)
    case string(String)
    case sequence([DocumentNode])
    case mapping([Member])
  }

  /// One key of a mapping with its value, in the document's order; keys of a mapping differ.
  struct Member: Sendable {
    var key: String
    /// The line of the key, counted from one.
    var line: Int
    var value: DocumentNode
  }

  /// How many values a document may hold: room for the latencies between two thousand devices, while aliases
  /// that multiply cannot fill the memory.
  static let valueLimit = 4_194_304

  var content: Content
  /// The line on which the value starts, counted from one.
  var line: Int

  /// The value of a key, when this is a mapping that has it.
  subscript(key: String) -> DocumentNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// An element, when this is a sequence that has it.
  subscript(index: Int) -> DocumentNode? {
    guard case .sequence(let nodes) = content, nodes.indices.contains(index) else { return nil }
    return nodes[index]
  }

  /// The value as messages name it.
  var found: String {
    switch content {
    case .null: "nothing"
    case .boolean(let value): value ? "true" : "false"
    case .number(_, let text): text.shortened
    case .string(let text): text.quoted
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// An error about this value.
  func error(_ reason: FormatError.Reason) -> FormatError { FormatError(reason, line: line) }

  /// An error about what this value is instead of what was expected.
  func unexpected(_ expected: String) -> FormatError { error(.expected(expected, found: found)) }
}

extension DocumentNode {
  /// Reads a JSON document.
  static func json(_ bytes: [UInt8]) throws(FormatError) -> DocumentNode {
    var count = 0
    return try JSONReader.read(bytes) { (reader) throws(FormatError) in try reader.readNode(&count) }
  }
}

extension JSONReader {
  /// Reads any value; `count` counts the values read so far.
  mutating func readNode(_ count: inout Int) throws(FormatError) -> DocumentNode {
    count += 1
    guard count <= DocumentNode.valueLimit else {
      throw error(.tooManyValues(limit: DocumentNode.valueLimit))
    }
    let byte = skipBlanks()
    let line = line(at: position)
    return DocumentNode(content: try readContent(byte, &count), line: line)
  }

  private mutating func readContent(_ byte: UInt8, _ count: inout Int) throws(FormatError)
    -> DocumentNode.Content
  {
    switch byte {
    case ASCII.openBrace:
      var members: [DocumentNode.Member] = []
      try readObject(expecting: "an object") { (reader, key, start) throws(FormatError) in
        let line = reader.line(at: start)
        members.append(.init(key: key, line: line, value: try reader.readNode(&count)))
      }
      return .mapping(members)
    case ASCII.openBracket:
      var nodes: [DocumentNode] = []
      try readArray(expecting: "a list") { (reader, _) throws(FormatError) in
        nodes.append(try reader.readNode(&count))
      }
      return .sequence(nodes)
    case ASCII.quote:
      return .string(try readString(expecting: "a string"))
    default:
      return try readScalar()
    }
  }

  private mutating func readScalar() throws(FormatError) -> DocumentNode.Content {
    if take(word: "true") { return .boolean(true) }
    if take(word: "false") { return .boolean(false) }
    if take(word: "null") { return .null }
    let start = position
    guard let text = try readNumberText() else { throw unexpected("a value") }
    position = start
    return .number(try readNumber(expecting: "a number"), text: text)
  }
}
