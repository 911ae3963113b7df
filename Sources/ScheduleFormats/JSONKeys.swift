/// The keys an object may have, prepared for matching against bytes.
struct JSONKeys: Sendable {
  /// The keys, in the order in which files are written.
  let names: [String]
  private let bytes: [[UInt8]]

  /// Which keys of an object were there; at most 64 keys are known to any object.
  struct Seen {
    private var bits: UInt64 = 0

    /// Marks a key and tells whether it is new.
    @inline(__always)
    mutating func insert(_ key: Int) -> Bool {
      let bit: UInt64 = 1 << UInt64(key)
      defer { bits |= bit }
      return bits & bit == 0
    }

    @inline(__always)
    func contains(_ key: Int) -> Bool { bits & (1 << UInt64(key)) != 0 }
  }

  init(_ names: [String]) {
    self.names = names
    bytes = names.map { Array($0.utf8) }
  }

  /// Throws unless the first `count` keys were all there.
  func require(_ required: some Sequence<Int>, in seen: Seen, of reader: borrowing JSONReader, at place: Int)
    throws(FormatError)
  {
    for key in required where !seen.contains(key) {
      throw reader.error(.missingKey(names[key]), at: place)
    }
  }

  /// Whether the bytes at a position spell a key and its closing quotation mark.
  @inline(__always)
  fileprivate func matches(_ key: Int, _ buffer: UnsafeBufferPointer<UInt8>, at position: Int) -> Int? {
    let name = bytes[key]
    let end = position + name.count
    guard end < buffer.count, buffer[end] == ASCII.quote else { return nil }
    for index in name.indices where buffer[position + index] != name[index] { return nil }
    return end + 1
  }
}

extension JSONReader {
  /// Reads a key that must be among `keys`; files written by us have key `guess` at this place.
  mutating func readKey(among keys: JSONKeys, guess: Int) throws(FormatError) -> Int {
    let start = position
    if current == ASCII.quote {
      if guess < keys.names.count, let end = keys.matches(guess, bytes, at: start + 1) {
        position = end
        return guess
      }
      for key in keys.names.indices {
        if let end = keys.matches(key, bytes, at: start + 1) {
          position = end
          return key
        }
      }
    }
    // A key may be spelled with escapes; anything else is unknown.
    let name = try readString(expecting: "a key in quotation marks")
    guard let key = keys.names.firstIndex(of: name) else {
      throw error(.unknownKey(name, known: keys.names), at: start).within(.name(name))
    }
    return key
  }
}
