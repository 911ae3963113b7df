import PipelineModel

extension LowerBound {
  /// Whether nothing better than a value can be found: a bound is that high, as `Certificate` forgives rounding.
  @inline(__always)
  package static func isMet(_ bound: Double, by value: Double) -> Bool {
    bound >= value * (1 - Rounding.share)
  }
}
