/// A unit so small that every given number is a whole multiple of it.
///
/// Sums of decimal numbers such as 18.522 are not exact in binary; sums of whole numbers below 2^53 are. On its
/// grid a timeline computes without rounding, so that equal times compare equal and print as they were typed.
package struct DecimalGrid: Sendable {
  /// How many grid steps make one unit; 1 where the numbers are kept as they are.
  package let stepsPerUnit: Double
  private let valueSteps: Double
  private let factorSteps: Double
  private let multipleSteps: Double
  /// Whether every given number is a whole number of steps, but for its own rounding, so that sums are exact.
  package let isExact: Bool

  /// The largest whole number up to which all sums are exact.
  static let exactLimit = 9_007_199_254_740_992.0

  /// Finds the coarsest decimal grid that holds all products of a value and a factor, and their sums times any
  /// of the multiples.
  ///
  /// - Parameter bound: a sum, in units, that no computation on the grid exceeds.
  package init(
    values: some Sequence<Double>, factors: some Sequence<Double> = [],
    multiples: some Sequence<Double> = [], bound: Double
  ) {
    if let valueSteps = Self.steps(holding: values), let factorSteps = Self.steps(holding: factors),
      let multipleSteps = Self.steps(holding: multiples),
      bound * valueSteps * factorSteps * multipleSteps < Self.exactLimit
    {
      self.valueSteps = valueSteps
      self.factorSteps = factorSteps
      self.multipleSteps = multipleSteps
      self.isExact = true
    } else {
      self.valueSteps = 1
      self.factorSteps = 1
      self.multipleSteps = 1
      self.isExact = false
    }
    stepsPerUnit = valueSteps * factorSteps * multipleSteps
  }

  /// A value times a factor, in grid steps.
  package func steps(_ value: Double, times factor: Double = 1) -> Double {
    guard isExact else { return value * factor }
    return (value * valueSteps).rounded() * (factor * factorSteps).rounded() * multipleSteps
  }

  /// A sum of values times factors, in grid steps, taken times a multiple that the grid was made for.
  package func steps(_ sum: Double, timesMultiple multiple: Double) -> Double {
    guard isExact else { return sum * multiple }
    return sum / multipleSteps * (multiple * multipleSteps).rounded()
  }

  /// A sum of values times factors, in grid steps.
  package func steps(ofSum sum: Double) -> Double { isExact ? (sum * stepsPerUnit).rounded() : sum }

  /// Grid steps in the problem's unit, correctly rounded on an exact grid.
  package func units(_ steps: Double) -> Double { steps / stepsPerUnit }

  /// The least power of ten that makes every value whole; `nil` when nine decimals do not.
  private static func steps(holding values: some Sequence<Double>) -> Double? {
    var power = 1.0
    for value in values {
      // A latency and a quotient of decimals, 0.15 + 5.14 / 4, may be off the decimal that they make by rounding alone.
      while abs((value * power).rounded() / power - value) > 2 * value.ulp {
        power *= 10
        if power > 1e9 { return nil }
      }
    }
    return power
  }
}
