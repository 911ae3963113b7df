/// A small generator with a seed, so that every random test repeats (SplitMix64, Steele et al., OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { state = seed }

  /// Starts the sequence of a seed that may be negative.
  public init(seed: Int) { self.init(seed: UInt64(truncatingIfNeeded: seed)) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from `range` with a few decimals, as people measure times.
  public mutating func decimal(in range: ClosedRange<Int>, decimals: Int = 3) -> Double {
    var power = 1
    for _ in 0..<decimals { power *= 10 }
    return Double(Int.random(in: range.lowerBound * power...range.upperBound * power, using: &self))
      / Double(power)
  }
}
