import PipelineModel

/// Round values to mark on an axis: multiples of 1, 2 or 5 times a power of ten.
struct AxisTicks {
  /// The marked values, in order.
  let ticks: [(value: Double, label: String)]

  /// Marks a range of values so that no two marks stand closer than their labels allow.
  ///
  /// - Parameters:
  ///   - range: the values on the axis.
  ///   - length: the axis's length in points.
  ///   - spacing: the least distance between two marks in points.
  ///   - size: the font size of labels side by side; `nil` where they stand one above the other.
  init(_ range: ClosedRange<Double>, length: Double, spacing: Double = 70, size: Double?) {
    let span = range.upperBound - range.lowerBound
    let pointsPerUnit = length / span
    guard span > 0, pointsPerUnit > 0, pointsPerUnit.isFinite else {
      ticks = [(range.lowerBound, range.lowerBound.short)]
      return
    }
    var ticks = Self.ticks(range, step: Self.roundStep(atLeast: spacing / pointsPerUnit))
    let widest = ticks.reduce(0) { max($0, TextMetrics.width(of: $1.label, size: size ?? 0)) }
    if size != nil, widest + 12 > spacing {
      ticks = Self.ticks(range, step: Self.roundStep(atLeast: (widest + 24) / pointsPerUnit))
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
  ) -> [(value: Double, label: String)] {
    // Powers of ten above one are exact and those below are not: divide by them.
    let power = (0..<abs(step.exponent)).reduce(1.0) { product, _ in product * 10 }
    func value(_ multiple: Double) -> Double {
      let mantissas = multiple * Double(step.mantissa)
      return step.exponent < 0 ? mantissas / power : mantissas * power
    }
    let size = value(1)
    // A mark on the edge must not fall off it by a rounding error.
    let tolerance =
      1e-9 * (range.upperBound - range.lowerBound) + 4 * max(range.lowerBound.ulp, range.upperBound.ulp)
    let first = ((range.lowerBound - tolerance) / size).rounded(.up)
    let last = ((range.upperBound + tolerance) / size).rounded(.down)
    guard first <= last, last - first < 10_000 else { return [(range.lowerBound, range.lowerBound.short)] }
    return (0...Int(last - first)).map { index in
      let mark = value(first + Double(index))
      return (mark, NumberText.fixed(mark, decimals: max(0, -step.exponent)))
    }
  }
}
