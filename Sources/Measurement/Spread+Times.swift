import PipelineModel

extension Spread {
  /// Sums measured times up, in milliseconds; `nil` where there are none.
  public init?(times: [Double]) { self.init(times, decimals: 6) }
}

extension Double {
  /// Milliseconds to the nanosecond: what is beyond is rounding of binary subtractions.
  var nanoseconds: Double { (self * 1e6).rounded() / 1e6 }
}
