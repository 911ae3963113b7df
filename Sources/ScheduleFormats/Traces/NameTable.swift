/// Texts of a file with a number for each: most events have a name that was met before.
struct NameTable {
  /// The texts, by number.
  private(set) var texts: [String] = []
  /// Numbers, by hash modulo the size; -1 for none. Its size is a power of two.
  private var slots = [Int32](repeating: -1, count: 1 << 10)
  private var hashes: [UInt64] = []

  /// The number of a text that stands in a buffer. O(its length) for a text met before.
  mutating func number(of bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> (number: Int32, isNew: Bool) {
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = slots[slot]
      if hashes[Int(number)] == hash, texts[Int(number)].utf8.elementsEqual(bytes) { return (number, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = Int32(texts.count)
    slots[slot] = number
    texts.append(String(decoding: bytes, as: UTF8.self))
    hashes.append(hash)
    if texts.count * 2 > slots.count { grow() }
    return (number, true)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }
}
