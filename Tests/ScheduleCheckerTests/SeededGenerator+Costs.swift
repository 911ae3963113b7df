import TestSupport

extension SeededGenerator {
  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &self) < part }

  /// A number with two decimals, often a round one or zero.
  mutating func cost(upTo limit: Int) -> Double {
    switch below(4) {
    case 0: Double(below(limit + 1))
    default: Double(below(100 * limit + 1)) / 100
    }
  }
}
