/// Refuses YAML texts that would cost Yams far more than their size, before Yams sees them.
///
/// Yams hashes every key, and the hash of a key built from aliases of aliases takes exponential time. Keys of
/// ours are plain text, so a text that has anchors may have no other keys. The guard looks at bytes only and
/// may take text in quotation marks for syntax; that refuses nothing anybody would write.
enum YAMLGuard {
  static func check(_ bytes: [UInt8]) throws(FormatError) {
    let (separators, mayHaveAnchors) = survey(bytes)
    guard separators <= DocumentNode.valueLimit else {
      throw FormatError(.tooManyValues(limit: DocumentNode.valueLimit))
    }
    if mayHaveAnchors, hasAnchorsAndOtherKeys(bytes) {
      throw FormatError(.unsupportedYAML("expected keys that are plain text beside anchors, found others"))
    }
  }

  /// Counts what separates values and looks for `&`: all that most texts need, and quick on the largest.
  private static func survey(_ bytes: [UInt8]) -> (separators: Int, mayHaveAnchors: Bool) {
    bytes.withUnsafeBufferPointer { buffer in
      var separators = 0
      var hasAmpersand = false
      var position = 0
      let count = buffer.count
      while position < count {
        let byte = buffer[position]
        if byte == 0x0A || byte == 0x2C { separators += 1 } else if byte == 0x26 { hasAmpersand = true }
        position += 1
      }
      return (separators, hasAmpersand)
    }
  }

  private static func hasAnchorsAndOtherKeys(_ bytes: [UInt8]) -> Bool {
    var hasAnchors = false
    var hasOtherKeys = false
    var previous = ASCII.newline
    var previousStartsToken = true
    /// The last byte that is not a blank.
    var significant = ASCII.newline
    /// Whether nothing but blanks followed an alias so far.
    var isAlias = false
    for byte in bytes {
      let startsToken = ASCII.isBlank(previous) || "[{,-?:".utf8.contains(previous)
      if startsToken, !ASCII.isBlank(byte), byte != ASCII.colon { isAlias = byte == UInt8(ascii: "*") }
      switch byte {
      case UInt8(ascii: "&") where startsToken: hasAnchors = true
      case ASCII.colon where isAlias || significant == ASCII.closeBracket || significant == ASCII.closeBrace:
        hasOtherKeys = true
      default: break
      }
      if previous == UInt8(ascii: "?"), previousStartsToken, ASCII.isBlank(byte) { hasOtherKeys = true }
      if !ASCII.isBlank(byte) { significant = byte }
      previous = byte
      previousStartsToken = startsToken
    }
    return hasAnchors && hasOtherKeys
  }
}
