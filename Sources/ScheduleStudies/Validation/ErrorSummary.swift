import PipelineModel

/// How large the errors of several predictions are, whatever their sign: fractions of one.
public struct ErrorSummary: Hashable, Sendable, Encodable {
  /// How many predictions there are.
  public let count: Int
  /// The mean of their magnitudes.
  public let mean: Double
  /// The median of their magnitudes; of an even number, the mean of the middle two.
  public let median: Double
  /// The largest of their magnitudes.
  public let worst: Double

  /// Sums errors up; `nil` where there are none. O(n log n).
  public init?(_ errors: [Double]) {
    guard let spread = Spread(errors.map(abs)) else { return nil }
    (count, mean, median, worst) = (spread.count, spread.mean, spread.median, spread.most)
  }
}
