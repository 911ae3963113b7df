import PipelineModel

/// Times of one pass on one stage, told apart from those of which a device stood still.
public struct StalledTimes: Hashable, Sendable {
  /// The times of operations that ran as usual.
  public let usual: [Double]
  /// The times of the others.
  public let stalled: [Double]

  /// Tells them apart.
  ///
  /// A stall is beyond the median by more than a quarter of it and by more than eight times the distance of the
  /// quartiles. The first is what a schedule would notice, the second what scatter of this pass never reaches: in
  /// measured runs operations scatter by 1 to 3 percent and stalls take 40 to 500 percent more, so that any such rule
  /// finds the same ones, and both its parts have the scale of the data.
  public init(_ times: [Double]) {
    guard let spread = Spread(times: times) else {
      (usual, stalled) = ([], [])
      return
    }
    let margin = max(0.25 * spread.median, 8 * (spread.upperQuartile - spread.lowerQuartile))
    usual = times.filter { $0 <= spread.median + margin }
    stalled = times.filter { $0 > spread.median + margin }
  }
}
