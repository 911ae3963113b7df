/// How measured times are distributed, in milliseconds.
public struct Spread: Hashable, Sendable {
  /// How many there are, at least one.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// The one in the middle, or the mean of the two in the middle.
  public let median: Double
  /// A quarter of them is below, three quarters above.
  public let lowerQuartile: Double
  /// Three quarters of them are below, a quarter above.
  public let upperQuartile: Double
  /// Nine in ten are below.
  public let p90: Double
  /// The least.
  public let least: Double
  /// The most.
  public let most: Double

  /// Sorts times; `nil` where there are none. O(n log n).
  public init?(_ times: [Double]) {
    guard !times.isEmpty else { return nil }
    let sorted = times.sorted()
    func quantile(_ fraction: Double) -> Double {
      let place = fraction * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return (sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))).nanoseconds
    }
    count = sorted.count
    mean = (sorted.reduce(0, +) / Double(sorted.count)).nanoseconds
    median = quantile(0.5)
    lowerQuartile = quantile(0.25)
    upperQuartile = quantile(0.75)
    p90 = quantile(0.9)
    least = sorted[0].nanoseconds
    most = sorted[sorted.count - 1].nanoseconds
  }
}

extension Double {
  /// Milliseconds to the nanosecond: what is beyond is rounding of binary subtractions.
  var nanoseconds: Double { (self * 1e6).rounded() / 1e6 }
}
