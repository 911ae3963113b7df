import PipelineModel
import Yams

extension DocumentNode {
  /// Reads a YAML document, which must be the only one of its text; `nil` when the text holds none.
  ///
  /// Anchors and aliases work; tags and keys that are not text are refused.
  ///
  /// - Parameter aliasAllowance: how many values aliases may add. Without aliases, a text has at most as many
  ///   values as bytes.
  static func yaml(_ bytes: [UInt8], aliasAllowance: Int = 100_000) throws(FormatError) -> DocumentNode? {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    guard let text = String(validating: bytes[(hasMark ? 3 : 0)...], as: UTF8.self) else {
      throw FormatError(.notUTF8)
    }
    try YAMLGuard.check(bytes)
    guard let root = try compose(text) else { return nil }
    var converter = YAMLConverter(limit: min(valueLimit, bytes.count + aliasAllowance))
    return try converter.convert(root, depth: 1)
  }

  private static func compose(_ text: String) throws(FormatError) -> Node? {
    do {
      // The basic resolver leaves plain scalars alone; the default one runs regular expressions over each.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw FormatError(error)
    } catch {
      throw FormatError(.notYAML("\(error)"))
    }
  }
}

extension FormatError {
  /// Words an error of Yams as one of ours.
  fileprivate init(_ error: YamlError) {
    switch error {
    case .composer(_, "but found another document", let mark, _):
      self.init(.unsupportedYAML("expected a single document, found another"), line: mark.line)
    case .scanner(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting level"),
      .parser(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting level"):
      self.init(.tooDeep(limit: JSONReader.deepestNesting), line: mark.line)
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let context = context.map { " \($0.text)" } ?? ""
      self.init(.notYAML(problem + context), line: mark.line, column: mark.column)
    case .reader(let problem, let offset, _, let text):
      let line = offset.map { text.prefix($0).utf8.reduce(1) { $1 == ASCII.newline ? $0 + 1 : $0 } }
      self.init(.notYAML(problem), line: line)
    case .duplicatedKeysInMapping(let keys, let context):
      self.init(.duplicateKey(keys.first ?? ""), line: context.mark.line)
    default:
      self.init(.notYAML("\(error)"))
    }
  }
}

/// Turns the tree of Yams into ours, resolving plain scalars by the core schema of YAML 1.2.
private struct YAMLConverter {
  /// How many values the document may hold, those behind aliases counted each time.
  let limit: Int
  private var count = 0

  init(limit: Int) { self.limit = limit }

  mutating func convert(_ node: Node, depth: Int) throws(FormatError) -> DocumentNode {
    let line = node.mark?.line ?? 1
    count += 1
    guard count <= limit else {
      throw FormatError(.tooManyValues(limit: limit), line: line)
    }
    guard depth <= JSONReader.deepestNesting || node.scalar != nil else {
      throw FormatError(.tooDeep(limit: JSONReader.deepestNesting), line: line)
    }
    switch node {
    case .scalar(let scalar):
      return DocumentNode(content: try Self.content(of: scalar, line: line), line: line)
    case .sequence(let sequence):
      try Self.refuse(sequence.tag, line: line)
      var nodes: [DocumentNode] = []
      for (index, element) in sequence.enumerated() {
        do { nodes.append(try convert(element, depth: depth + 1)) } catch {
          throw error.within(.index(index))
        }
      }
      return DocumentNode(content: .sequence(nodes), line: line)
    case .mapping(let mapping):
      try Self.refuse(mapping.tag, line: line)
      return DocumentNode(content: .mapping(try members(of: mapping, depth: depth)), line: line)
    case .alias:
      // The parser replaces aliases by what they stand for; only trees built by hand have them.
      throw FormatError(.unsupportedYAML("expected a value, found an alias"), line: line)
    }
  }

  private mutating func members(
    of mapping: Node.Mapping, depth: Int
  ) throws(FormatError) -> [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    for (key, value) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let name) = key else {
        throw FormatError(.unsupportedYAML("expected a key, found a list or mapping"), line: line)
      }
      do {
        members.append(.init(key: name.string, line: line, value: try convert(value, depth: depth + 1)))
      } catch {
        throw error.within(.name(name.string))
      }
    }
    return members
  }

  private static func refuse(_ tag: Tag, line: Int) throws(FormatError) {
    guard tag == .implicit else {
      throw FormatError(.unsupportedYAML("expected no tag, found \(tag.description.shortened)"), line: line)
    }
  }

  private static func content(
    of scalar: Node.Scalar, line: Int
  ) throws(FormatError) -> DocumentNode.Content {
    guard scalar.style == .plain else { return .string(scalar.string) }
    try refuse(scalar.tag, line: line)
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: break
    }
    guard let value = number(scalar.string) else { return .string(scalar.string) }
    guard value.isFinite else { throw FormatError(.notFinite(scalar.string.shortened), line: line) }
    return .number(value, text: scalar.string)
  }

  /// The number a plain scalar writes, by the core schema; not finite for `.inf`, `.nan` and overflow.
  ///
  /// Leading zeros mean octal to some readers and decimal to others: such text is no number here.
  private static func number(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    if let sign = rest.first, sign == ASCII.minus || sign == ASCII.plus { rest = rest.dropFirst() }
    if [".inf", ".Inf", ".INF"].contains(String(decoding: rest, as: UTF8.self)) { return .infinity }
    if [".nan", ".NaN", ".NAN"].contains(text) { return .nan }
    let whole = rest.prefix(while: ASCII.isDigit)
    rest = rest.dropFirst(whole.count)
    guard whole.count < 2 || whole.first != ASCII.zero else { return nil }
    var fraction: ArraySlice<UInt8> = []
    if rest.first == ASCII.dot {
      fraction = rest.dropFirst().prefix(while: ASCII.isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == ASCII.minus || sign == ASCII.plus { rest = rest.dropFirst() }
      guard !rest.isEmpty, rest.allSatisfy(ASCII.isDigit) else { return nil }
      rest = []
    }
    return rest.isEmpty ? Double(text) : nil
  }
}
