/// What values over all scenarios come to.
public struct Spread: Hashable, Sendable {
  /// The values, ascending.
  public let sorted: [Double]
  /// Their mean.
  public let mean: Double

  /// Sums values up, one at least. O(values log values).
  public init(_ values: [Double]) {
    precondition(!values.isEmpty)
    sorted = values.sorted()
    mean = values.reduce(0, +) / Double(values.count)
  }

  /// The value that a share of all stays at or below, where need be between two neighbours in a straight line (type 7 of
  /// Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996). O(1).
  ///
  /// - Precondition: the share is from 0 to 1.
  public func quantile(_ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// The middle.
  public var median: Double { quantile(0.5) }
  /// The largest.
  public var worst: Double { sorted[sorted.count - 1] }
}
