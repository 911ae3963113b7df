import PipelineModel

/// Round moments to mark on an axis: multiples of 1, 2 or 5 times a power of ten.
struct TimeAxis {
  /// The marked moments, in order.
  let ticks: [(time: Double, label: String)]

  /// Marks a range of time so that no two marks stand closer than their labels allow.
  ///
  /// - Parameters:
  ///   - range: the times on the axis.
  ///   - length: the axis's length in points.
  ///   - spacing: the least distance between two marks in points.
  ///   - size: the labels' font size.
  init(_ range: ClosedRange<Double>, length: Double, spacing: Double = 70, size: Double) {
    let span = range.upperBound - range.lowerBound
    let pointsPerTime = length / span
    guard span > 0, pointsPerTime > 0, pointsPerTime.isFinite else {
      ticks = [(range.lowerBound, range.lowerBound.short)]
      return
    }
    var ticks = Self.ticks(range, step: Self.roundStep(atLeast: spacing / pointsPerTime))
    let widest = ticks.reduce(0) { max($0, TextMetrics.width(of: $1.label, size: size)) }
    if widest + 12 > spacing {
      ticks = Self.ticks(range, step: Self.roundStep(atLeast: (widest + 24) / pointsPerTime))
    }
    self.ticks = ticks
  }

  /// The least 1, 2 or 5 times a power of ten that is no less than a given positive step.
  static func roundStep(atLeast step: Double) -> (mantissa: Int, exponent: Int) {
    var exponent = 0
    var scaled = step
    while scaled > 10, exponent < 400 {
      scaled /= 10
      exponent += 1
    }
    while scaled <= 1, exponent > -400 {
      scaled *= 10
      exponent -= 1
    }
    // 1 < scaled <= 10, but for rounding.
    if scaled <= 2 { return (2, exponent) }
    return scaled <= 5 ? (5, exponent) : (1, exponent + 1)
  }

  private static func ticks(
    _ range: ClosedRange<Double>, step: (mantissa: Int, exponent: Int)
  ) -> [(time: Double, label: String)] {
    // Powers of ten above one are exact and those below are not: divide by them.
    let power = (0..<abs(step.exponent)).reduce(1.0) { product, _ in product * 10 }
    func time(_ multiple: Double) -> Double {
      let mantissas = multiple * Double(step.mantissa)
      return step.exponent < 0 ? mantissas / power : mantissas * power
    }
    let size = time(1)
    // A mark on the edge must not fall off it by a rounding error.
    let tolerance =
      1e-9 * (range.upperBound - range.lowerBound) + 4 * max(range.lowerBound.ulp, range.upperBound.ulp)
    let first = ((range.lowerBound - tolerance) / size).rounded(.up)
    let last = ((range.upperBound + tolerance) / size).rounded(.down)
    guard first <= last, last - first < 10_000 else { return [(range.lowerBound, range.lowerBound.short)] }
    return (0...Int(last - first)).map { index in
      let moment = time(first + Double(index))
      return (moment, NumberText.fixed(moment, decimals: max(0, -step.exponent)))
    }
  }
}
