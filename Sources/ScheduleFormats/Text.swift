extension String {
  /// The one of some names that was meant, most likely: the nearest, unless it is far. O(names).
  package func nearest(among names: [String]) -> String? {
    let nearest = names.min { editDistance(to: $0) < editDistance(to: $1) }
    return nearest.flatMap { editDistance(to: $0) <= Swift.max(2, $0.count / 3) ? $0 : nil }
  }

  /// The least number of insertions, deletions and replacements that turn one text into the other.
  ///
  /// Only the first characters count, so that a hostile key costs no time.
  func editDistance(to other: String) -> Int {
    let left = Array(unicodeScalars.prefix(64))
    let right = Array(other.unicodeScalars.prefix(64))
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, candidate) in right.enumerated() {
        let replaced = diagonal + (scalar == candidate ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}

/// The bytes that reading and writing text look for.
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let minus = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")
  static let dot = UInt8(ascii: ".")
  static let zero = UInt8(ascii: "0")
  static let nine = UInt8(ascii: "9")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")

  /// Whether a byte is a blank of JSON.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == newline || byte == carriageReturn || byte == tab
  }

  /// Whether a byte is a decimal digit.
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }
}
