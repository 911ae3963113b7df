/// How values are distributed.
public struct Spread: Hashable, Sendable {
  /// The values, ascending; one at least.
  public let sorted: [Double]
  /// Their mean.
  public let mean: Double
  /// How many places behind the point figures have; `nil` for all that a number has.
  private let decimals: Int?

  /// Sums values up; `nil` where there are none. O(values log values).
  ///
  /// - Parameter decimals: how many places figures are rounded to, where values are no more precise.
  public init?(_ values: [Double], decimals: Int? = nil) {
    guard !values.isEmpty else { return nil }
    self.decimals = decimals
    sorted = values.map { Self.rounded($0, decimals) }.sorted()
    mean = Self.rounded(values.reduce(0, +) / Double(values.count), decimals)
  }

  /// Sums values up. O(values log values).
  ///
  /// - Precondition: there is one at least.
  public init(of values: [Double]) {
    precondition(!values.isEmpty, "values without any have no mean")
    decimals = nil
    sorted = values.sorted()
    mean = values.reduce(0, +) / Double(values.count)
  }

  /// How many there are.
  public var count: Int { sorted.count }
  /// The least.
  public var least: Double { sorted[0] }
  /// The largest.
  public var most: Double { sorted[sorted.count - 1] }
  /// The one in the middle, or the mean of the two in the middle.
  public var median: Double { quantile(0.5) }
  /// A quarter of them is below, three quarters above.
  public var lowerQuartile: Double { quantile(0.25) }
  /// Three quarters of them are below, a quarter above.
  public var upperQuartile: Double { quantile(0.75) }

  /// The value that a share of all stays at or below, where need be between two neighbours in a straight line (type 7 of
  /// Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996). O(1).
  ///
  /// - Precondition: the share is from 0 to 1.
  public func quantile(_ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return most }
    return Self.rounded(
      sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below]), decimals)
  }

  /// A value with so many places behind the point.
  package static func rounded(_ value: Double, _ decimals: Int?) -> Double {
    guard let decimals else { return value }
    let power = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    return (value * power).rounded() / power
  }
}
