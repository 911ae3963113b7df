import PipelineModel

extension Spread {
  /// Sums measured times up, in milliseconds; `nil` where there are none.
  public init?(times: [Double]) { self.init(times, decimals: Double.decimalsOfMilliseconds) }
}

extension Double {
  /// To the nanosecond: what is beyond is rounding of binary subtractions.
  fileprivate static var decimalsOfMilliseconds: Int { 6 }

  /// Milliseconds to the nanosecond.
  var nanoseconds: Double { Spread.rounded(self, Self.decimalsOfMilliseconds) }
}
