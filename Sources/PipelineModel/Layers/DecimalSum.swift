/// The sum of decimal numbers, as the decimal number that it is: 0.1 + 0.2 is 0.3.
///
/// Sums of binary fractions end a rounding away, and all times are to lie on one grid of decimals.
enum DecimalSum {
  /// Adds numbers up. Where they have more than twelve decimals, or are too large to be added digit by digit, their
  /// sum is rounded like any other. O(numbers).
  static func of(_ numbers: [Double]) -> Double {
    var sum = 0.0
    var scale = 1.0
    for number in numbers {
      while !isWhole(number * scale), scale < largestScale { scale *= 10 }
    }
    for number in numbers { sum += (number * scale).rounded() }
    let isExact = sum <= largestSum && numbers.allSatisfy { isWhole($0 * scale) }
    return isExact ? sum / scale : numbers.reduce(0, +)
  }

  private static func isWhole(_ scaled: Double) -> Bool {
    abs(scaled - scaled.rounded()) <= rounding * max(1, abs(scaled))
  }

  private static let largestScale = 1e12
  /// Whole numbers up to here are exact.
  private static let largestSum = 9.007_199_254_740_992e15
  private static let rounding = 1e-15 * 4
}
