/// The one place where text of others (names, file contents, paths) is made fit for a message.
extension String {
  /// The text as messages quote it: in quotation marks, on one line, cut when long.
  package var quoted: String { "\"\(shortened)\"" }

  /// The text on one line, cut when long.
  package var shortened: String {
    let limit = 40
    let rest = unicodeScalars.dropFirst(limit)
    return rest.isEmpty ? printable : String(unicodeScalars[..<rest.startIndex]).printable + "..."
  }

  /// The text on one line, its middle left out where it has more scalars: what is wrong stands at the end.
  package func abridged(to limit: Int) -> String {
    let half = limit / 2
    guard !unicodeScalars.dropFirst(2 * half).isEmpty else { return printable }
    return String(unicodeScalars.prefix(half)).printable + "..."
      + String(unicodeScalars.suffix(half)).printable
  }

  /// The text on one line, with a replacement character for all that would steer a terminal.
  package var printable: String {
    guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(scalar.steersTerminals ? "\u{FFFD}" : scalar) }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// Whether it would break a line, give a terminal an order, or turn the direction in which others are read.
  package var steersTerminals: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: properties.isBidiControl
    default: false
    }
  }
}
