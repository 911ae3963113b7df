import PipelineModel

extension DocumentNode {
  /// The value as a number.
  func number(expecting expected: String = "a number") throws(FormatError) -> Double {
    guard case .number(let value, _) = content else { throw unexpected(expected) }
    return value
  }

  /// The value as a whole number of a range.
  func count(in range: ClosedRange<Int>, expecting expected: String? = nil) throws(FormatError) -> Int {
    guard case .number(let value, _) = content, let count = Int(exactly: value), range.contains(count) else {
      throw unexpected(expected ?? "a count from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  /// The value as text.
  func text() throws(FormatError) -> String {
    guard case .string(let text) = content else {
      throw error(.expected(needsQuotes ? "text, in quotation marks" : "text", found: found))
    }
    return text
  }

  private var needsQuotes: Bool {
    switch content {
    case .number, .boolean: true
    default: false
    }
  }

  /// The value as a list, each element decoded.
  func list<Value>(
    expecting expected: String = "a list", _ decode: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> [Value] {
    guard case .sequence(let nodes) = content else { throw unexpected(expected) }
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      do { values.append(try decode(node)) } catch { throw error.within(.index(index)) }
    }
    return values
  }
}

extension DocumentNode {
  /// Checks that the value is a mapping that says to be a file of some kind.
  func checkKind(_ kind: FileKind) throws(FormatError) {
    guard case .mapping(let members) = content else { throw unexpected("a \(kind.noun)") }
    guard let member = members.first(where: { $0.key == "pipeloom" }) else {
      throw error(.missingKey("pipeloom"))
    }
    guard case .string(let found) = member.value.content else {
      throw member.value.unexpected(kind.rawValue).within("pipeloom")
    }
    guard found == kind.rawValue else {
      throw member.value.error(.wrongKind(expected: kind, found: found)).within("pipeloom")
    }
  }

  /// The line of the innermost step that the value has.
  func line(of steps: [ProblemKey.Step]) -> Int? {
    var node = self
    var line: Int?
    for step in steps {
      switch step {
      case .name(let name):
        guard case .mapping(let members) = node.content, let member = members.first(where: { $0.key == name })
        else { return line }
        node = member.value
        line = member.line
      case .index(let index):
        guard let element = node[index] else { return line }
        node = element
        line = element.line
      }
    }
    return line
  }
}

/// A mapping whose keys are all known.
struct KnownMapping {
  private let node: DocumentNode
  private let members: [DocumentNode.Member]

  /// Takes a mapping.
  ///
  /// - Throws: `FormatError` when the value is no mapping, or has a key that is not among `keys`.
  init(_ node: DocumentNode, keys: [String], expecting expected: String) throws(FormatError) {
    guard case .mapping(let members) = node.content else { throw node.unexpected(expected) }
    for member in members where !keys.contains(member.key) {
      throw FormatError(
        .unknownKey(member.key, known: keys), line: member.line, key: [.name(member.key)])
    }
    self.node = node
    self.members = members
  }

  /// An error about the mapping as a whole.
  func error(_ reason: FormatError.Reason) -> FormatError { node.error(reason) }

  /// The decoded value of a key, or nothing when the key is not there.
  func optional<Value>(
    _ key: String, _ decode: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> Value? {
    guard let member = members.first(where: { $0.key == key }) else { return nil }
    do { return try decode(member.value) } catch {
      var error = error
      // A list of YAML starts on the line of its first element; its key is what the message names.
      if error.key.steps.isEmpty { error.line = member.line }
      throw error.within(.name(key))
    }
  }

  /// The decoded value of a key that must be there.
  func required<Value>(
    _ key: String, _ decode: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> Value {
    guard let value = try optional(key, decode) else { throw node.error(.missingKey(key)) }
    return value
  }

  /// The number of a key, or nothing when the key is not there.
  func number(_ key: String) throws(FormatError) -> Double? {
    try optional(key) { (node) throws(FormatError) in try node.number() }
  }

  /// Whether a key is there.
  func has(_ key: String) -> Bool { members.contains { $0.key == key } }

  /// The number of a key that must be there.
  func requiredNumber(_ key: String) throws(FormatError) -> Double {
    try required(key) { (node) throws(FormatError) in try node.number() }
  }

  /// Whether a key says true, or nothing when the key is not there.
  func flag(_ key: String) throws(FormatError) -> Bool? {
    try optional(key) { (node) throws(FormatError) in
      guard case .boolean(let value) = node.content else { throw node.unexpected("true or false") }
      return value
    }
  }

  /// The text of a key, or nothing when the key is not there.
  func text(_ key: String) throws(FormatError) -> String? {
    try optional(key) { (node) throws(FormatError) in try node.text() }
  }
}
