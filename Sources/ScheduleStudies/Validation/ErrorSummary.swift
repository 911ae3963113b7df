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
    let sorted = errors.map(abs).sorted()
    guard let worst = sorted.last else { return nil }
    count = sorted.count
    mean = sorted.reduce(0, +) / Double(sorted.count)
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    self.worst = worst
  }
}
