/// How wide a text comes out, near enough to lay a page out before any font is opened.
///
/// The widths are those of Helvetica, which Arial and Liberation Sans share.
enum TextMetrics {
  /// A digit's share of the font size.
  static let digitWidth = 0.556

  /// The width of ASCII 32 to 126 in thousandths of the font size: Adobe's Helvetica metrics.
  private static let widths: [UInt16] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,  // space to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,  // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,  // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,  // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,  // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,  // p to ~
  ]

  /// The width of a line of text in points. O(length).
  static func width(of text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) } * size / 1000
  }

  /// The width of the widest of some lines in points; 0 without any.
  static func width(of lines: some Sequence<String>, size: Double) -> Double {
    lines.reduce(0) { max($0, width(of: $1, size: size)) }
  }

  /// The text, or as much of its beginning as fits the width with an ellipsis after it. O(length).
  static func fit(_ text: String, size: Double, width limit: Double) -> String {
    guard width(of: text, size: size) > limit else { return text }
    var room = limit * 1000 / size - width(of: "…")
    var kept = ""
    for character in text {
      room -= character.unicodeScalars.reduce(0) { $0 + width(of: $1) }
      guard room >= 0 else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The text in as many lines as it takes: broken between parts that a dot sets apart where that is possible, else
  /// between words, and inside of a word that has no room on a line of its own. O(length).
  static func wrap(_ text: String, size: Double, width limit: Double) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines: [String] = []
    func fits(_ text: String) -> Bool { width(of: text, size: size) <= limit }
    func add(_ part: String, _ separator: String, breaking: (String) -> Void) {
      let joined = lines.last.map { $0.isEmpty ? part : $0 + separator + part } ?? part
      if let last = lines.indices.last, fits(joined) {
        lines[last] = joined
      } else if fits(part) {
        lines.append(part)
      } else {
        breaking(part)
      }
    }
    for part in text.split(separator: " · ", omittingEmptySubsequences: false) {
      add(String(part), " · ") { part in
        lines.append("")
        for word in part.split(separator: " ") {
          add(String(word), " ") { word in
            if lines.last?.isEmpty != true { lines.append("") }
            for letter in word { add(String(letter), "") { lines.append($0) } }
          }
        }
      }
    }
    return lines
  }

  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    case 32...126: Double(widths[Int(scalar.value) - 32])
    case 0xB7: 278  // the middle dot between figures
    case 0x2026: 1000  // the ellipsis
    case 0..<0x1100: 600
    default: 1000  // East Asian letters and pictographs fill the square
    }
  }
}
