/// Which moment stands where along the page, in points.
struct TimeScale {
  /// The times drawn.
  let range: ClosedRange<Double>
  /// Where the first and the last of them stand.
  let left, right: Double
  /// What is left out between two of them.
  var fold: TimeFold?

  /// The width of the mark in place of what is left out, in points.
  static let foldWidth = 12.0

  /// The page position of a moment; times outside the range lie on the edges.
  func x(_ time: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return left }
    let time = min(max(time, range.lowerBound), range.upperBound)
    guard let fold else { return left + (time - range.lowerBound) / span * (right - left) }
    // What is cut by the fold ends on the side on which most of it is.
    let isBefore = time < (fold.range.lowerBound + fold.range.upperBound) / 2
    return isBefore
      ? left + (min(time, fold.range.lowerBound) - range.lowerBound) * pointsPerTime
      : right - (range.upperBound - max(time, fold.range.upperBound)) * pointsPerTime
  }

  /// Points per unit of time; 0 when the range has no length.
  var pointsPerTime: Double {
    let span = range.upperBound - range.lowerBound - (fold?.length ?? 0)
    let width = right - left - (fold == nil ? 0 : Self.foldWidth)
    return span > 0 ? width / span : 0
  }

  /// Where the mark of what is left out stands.
  var foldPlace: ClosedRange<Double>? {
    fold.map { fold in
      let start = left + (fold.range.lowerBound - range.lowerBound) * pointsPerTime
      return start...start + Self.foldWidth
    }
  }
}
