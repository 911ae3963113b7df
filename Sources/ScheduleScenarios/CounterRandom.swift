/// Random numbers by their number: any of them can be had without those before it, so that a draw depends on nothing but
/// what it is for.
///
/// The generator is SplitMix64 (Steele et al., OOPSLA 2014) read at any place, in the manner of Salmon et al., "Parallel
/// random numbers: as easy as 1, 2, 3" (SC 2011).
struct CounterRandom {
  private let key: UInt64

  init(key: UInt64) { self.key = key }

  /// The numbers of a seed.
  init(seed: UInt64) { self.init(key: Self.mix(seed &+ Self.golden)) }

  /// The numbers of a branch, which no other branch has.
  func branch(_ number: Int) -> CounterRandom {
    CounterRandom(key: Self.mix(bits(UInt64(truncatingIfNeeded: number)) &+ Self.golden))
  }

  /// 64 random bits.
  @inline(__always)
  func bits(_ counter: UInt64) -> UInt64 { Self.mix(key &+ counter &* Self.golden) }

  /// A number between 0 and 1, neither of them.
  @inline(__always)
  func uniform(_ counter: UInt64) -> Double { (Double(bits(counter) >> 12) + 0.5) * 0x1p-52 }

  /// A number in 0..<count; count is at most 2^32 and not 0.
  func index(below count: Int, _ counter: UInt64) -> Int {
    Int(truncatingIfNeeded: ((bits(counter) >> 32) &* UInt64(truncatingIfNeeded: count)) >> 32)
  }

  private static var golden: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
