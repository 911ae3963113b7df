/// Which moment stands where along the page, in points.
struct TimeScale {
  /// The times drawn.
  let range: ClosedRange<Double>
  /// Where the first and the last of them stand.
  let left, right: Double

  /// The page position of a moment; times outside the range lie on the edges.
  func x(_ time: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return left }
    let share = (min(max(time, range.lowerBound), range.upperBound) - range.lowerBound) / span
    return left + share * (right - left)
  }
}
