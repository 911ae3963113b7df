/// Text that must come out as it was given, whatever characters a user put into a name.
enum PlainText {
  /// The text on one line, without characters that no XML document may hold.
  static func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if !isControl(scalar) {
        line.append(scalar)
      } else if scalar.properties.isWhitespace {
        line.append(" ")
      }
    }
    return String(line)
  }

  /// The text as a Graphviz label or tooltip that shows it literally: no escapes such as `\N`, no entities
  /// such as `&lt;`.
  static func escaped(_ text: String) -> String {
    let line = oneLine(text)
    guard line.utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "\\") }) else {
      return line
    }
    var escaped = ""
    for character in line.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      // Graphviz decodes entities once, and its SVG takes what then looks like one for one: a word joiner, which
      // nobody sees, keeps the ampersand apart from what follows.
      case "&": escaped += "&amp;\u{2060}"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// The text as a Graphviz tooltip that shows it literally.
  ///
  /// Tooltips go through the escapes twice and through line breaks once more: a word joiner after every backslash
  /// keeps it from escaping what follows.
  static func escapedTooltip(_ text: String) -> String {
    escaped(text.replacing("\\", with: "\\\u{2060}"))
  }

  /// The text as the content of an XML element.
  static func xml(_ text: String) -> String {
    var escaped = ""
    for scalar in oneLine(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
