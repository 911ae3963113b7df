import ModelCosts

/// The keys of a model's configuration. Most of them say nothing about costs, so that unknown ones are not refused; a
/// key that is `null` is left out.
struct ConfigurationKeys {
  private let node: DocumentNode
  /// What counts are that are not there, where a model's class says so.
  private var usual: [String: Int] = [:]

  /// The lengths that a vector may have, and the numbers of things: products of them stay far from overflowing.
  static let counts = 1...16_777_216

  /// Takes the mapping with the keys of the language model.
  init(_ node: DocumentNode) { self.node = node }

  /// The same keys with counts for those that are not there.
  func assuming(_ usual: [String: Int]) -> ConfigurationKeys {
    var keys = self
    keys.usual = usual
    return keys
  }

  /// A count under the first of some spellings that is there; `nil` where none is.
  func optionalCount(_ names: [String], in range: ClosedRange<Int> = counts) throws(FormatError) -> Int? {
    for name in names {
      guard let value = node[key: name] else { continue }
      return try within(.name(name)) { () throws(FormatError) in try value.count(in: range) }
    }
    return names.lazy.compactMap { usual[$0] }.first
  }

  /// A count under the first of some spellings that is there.
  ///
  /// - Throws: `FormatError` naming all spellings where none is.
  func count(_ names: [String], in range: ClosedRange<Int> = counts) throws(FormatError) -> Int {
    guard let count = try optionalCount(names, in: range) else {
      throw node.error(.missingOneOf(names))
    }
    return count
  }

  /// A count as a length.
  func length(_ names: String...) throws(FormatError) -> Double { Double(try count(names)) }

  /// A count as a length, or nothing.
  func optionalLength(_ names: String...) throws(FormatError) -> Double? {
    try optionalCount(names).map(Double.init)
  }

  /// Whether a key says true; what models of the type do where it is not there.
  func flag(_ name: String, default usual: Bool) throws(FormatError) -> Bool {
    guard let value = node[key: name] else { return usual }
    guard case .boolean(let flag) = value.content else {
      throw value.unexpected("true or false").within(.name(name))
    }
    return flag
  }

  /// Whether a rate is above 0; what models of the type do where it is not there.
  func isPositive(_ names: String..., default usual: Bool) throws(FormatError) -> Bool {
    for name in names {
      guard let value = node[key: name] else { continue }
      return try within(.name(name)) { () throws(FormatError) in try value.number() } > 0
    }
    return usual
  }

  /// A text, or nothing.
  func text(_ name: String) throws(FormatError) -> String? {
    guard let value = node[key: name] else { return nil }
    return try within(.name(name)) { () throws(FormatError) in try value.text() }
  }

  /// A list, each element read, or nothing.
  func list<Value>(
    _ name: String, _ read: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> [Value]? {
    guard let value = node[key: name] else { return nil }
    return try within(.name(name)) { () throws(FormatError) in try value.list(read) }
  }

  /// An error about the value of a key.
  func error(_ name: String, expecting expected: String) -> FormatError {
    (node[key: name] ?? node).unexpected(expected).within(.name(name))
  }
}

extension DocumentNode {
  /// The value of a key; `nil` where it is `null` as well.
  fileprivate subscript(key name: String) -> DocumentNode? {
    guard let value = self[name] else { return nil }
    if case .null = value.content { return nil }
    return value
  }
}
