import PipelineModel

/// Text for a terminal: what the program says itself stays as it is, and what it quotes of others (names, units,
/// paths, errors about them) can neither break a line nor steer the terminal.
///
/// Literals are the program's own orders; whatever is interpolated is quoted. Only such text is written.
struct TerminalText: ExpressibleByStringInterpolation {
  /// The text itself.
  private(set) var string: String

  init(stringLiteral literal: String) { string = literal }

  init(stringInterpolation: Interpolation) { string = stringInterpolation.string }

  /// Text of others, on one line.
  init(quoting text: String) { string = text.printable }

  /// Text of several lines that a library made, such as a help page or a file of JSON.
  init(lines text: String) {
    string = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
      .joined(separator: "\n")
  }

  /// Joins two texts.
  static func + (left: TerminalText, right: TerminalText) -> TerminalText {
    var text = left
    text.string += right.string
    return text
  }

  /// How many characters a reader counts.
  var count: Int { string.count }

  /// Literals as they are, values quoted.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var string = ""

    init(literalCapacity: Int, interpolationCount: Int) { string.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { string += literal }

    mutating func appendInterpolation(_ text: TerminalText) { string += text.string }

    mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      string += value.description.printable
    }
  }
}

extension Sequence<TerminalText> {
  /// All texts, one behind the other.
  func joined(separator: TerminalText = "") -> TerminalText {
    var text: TerminalText = ""
    for (index, part) in enumerated() { text = index == 0 ? part : text + separator + part }
    return text
  }
}
