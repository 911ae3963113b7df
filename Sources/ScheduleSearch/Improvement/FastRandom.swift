/// A small, fast generator with a seed (SplitMix64, Steele et al., OOPSLA 2014).
struct FastRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// What random numbers are for: different uses of one seed draw different ones.
  enum Use: UInt64 {
    case operations = 0x5EED
    case blocks = 0x9A18
    case scenarios = 0x5CE7
    case parameters = 0x9A7A
    case routes = 0x70E5
    case pairing = 0x9A19
    case modes = 0x30DE
    case messages = 0x3E55
    case tasks = 0x7A5C
    case neighbourhoods = 0x1A26
  }

  /// The numbers of one chain of a search, which no other chain has, nor one of a neighbouring seed.
  init(seed: UInt64, chain: Int, for use: Use) {
    let (pair, place) = UInt64(chain).quotientAndRemainder(dividingBy: 2)
    self.init(seed: (seed &* 2 &+ place &+ use.rawValue) ^ (pair << 40))
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in 0..<count; count is at most 2^32.
  @inline(__always)
  mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: count)) >> 32)
  }

  /// A number of the exponential distribution with mean about one.
  ///
  /// The binary logarithm is taken as linear between powers of two: acceptance of a worse schedule needs no more.
  @inline(__always)
  mutating func exponential() -> Double {
    let bits = next()
    let zeros = bits.leadingZeroBitCount
    let mantissa = (bits << (UInt64(zeros) &+ 1)) >> 11
    return 0.693147 * (Double(zeros) + 1 - Double(mantissa) * 0x1p-53)
  }
}
