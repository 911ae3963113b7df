import PipelineModel

/// A stretch of time that a picture leaves out, as a schedule repeats itself there.
public struct TimeFold: Hashable, Sendable {
  /// The first and the last moment that are not drawn.
  public var range: ClosedRange<Double>

  /// Leaves a stretch out.
  public init(_ range: ClosedRange<Double>) { self.range = range }

  /// How long it is.
  var length: Double { range.upperBound - range.lowerBound }

  /// Whether all of what happens from one moment to another is left out.
  func hides(_ start: Double, _ end: Double) -> Bool { start >= range.lowerBound && end <= range.upperBound }
}

extension GanttChart {
  /// What could be left out: whole periods of the stretch in which every device repeats what it does, all but the first
  /// and the last of them; `nil` where nothing is repeated three times. O(operations x candidates).
  func steadyStretch() -> TimeFold? {
    guard let lane = lanes.max(by: { $0.bars.count < $1.bars.count }) else { return nil }
    let bars = Dictionary(lanes.flatMap(\.bars).map { ($0.operation, $0) }) { first, _ in first }
    return candidates(lane).lazy.compactMap { fold(repeatingAfter: $0, bars) }.first
  }

  /// After how long, and with which microbatches, the busiest device seems to do the same again in the middle.
  private func candidates(_ lane: Lane) -> [Repetition] {
    let middle = lane.bars.count / 2
    guard lane.bars.indices.contains(middle) else { return [] }
    let bar = lane.bars[middle]
    return lane.bars[(middle + 1)...].lazy
      .filter { $0.operation.kind == bar.operation.kind && $0.operation.stage == bar.operation.stage }
      .filter { $0.operation.microbatch > bar.operation.microbatch && $0.start > bar.start }
      .prefix(Self.mostCandidates)
      .map {
        Repetition(
          period: $0.start - bar.start,
          microbatches: $0.operation.microbatch.rawValue - bar.operation.microbatch.rawValue,
          middle: bar.start)
      }
  }

  /// Periods of more microbatches than this are not looked for.
  private static let mostCandidates = 64

  private struct Repetition {
    var period: Double
    var microbatches: Int32
    /// A moment in the middle of it.
    var middle: Double
  }

  private func fold(
    repeatingAfter repetition: Repetition, _ bars: [Operation: Bar]
  ) -> TimeFold? {
    guard let whole = timeRange else { return nil }
    let (period, shift) = (repetition.period, Int(repetition.microbatches))
    let tolerance = 1e-9 * max(1, whole.upperBound)
    func occurs(_ bar: Bar, after time: Double, _ microbatches: Int) -> Bool {
      var other = bar.operation
      other.microbatch = Microbatch.ID(other.microbatch.index + microbatches)
      guard let found = bars[other] else { return false }
      return abs(found.start - bar.start - time) <= tolerance && abs(found.end - bar.end - time) <= tolerance
    }
    // Between start and end everything is done again one period later, and what is done there has been done before.
    var (start, end) = (whole.lowerBound, whole.upperBound)
    func exclude(_ bar: Bar, shiftedBy time: Double) {
      if bar.start < repetition.middle {
        start = max(start, bar.end + time)
      } else {
        end = min(end, bar.start + time)
      }
    }
    for lane in lanes {
      for bar in lane.bars {
        if !occurs(bar, after: period, shift) { exclude(bar, shiftedBy: 0) }
        if !occurs(bar, after: -period, -shift) { exclude(bar, shiftedBy: -period) }
        guard start < end else { return nil }
      }
    }
    // A whole period stays on either side.
    let periods = ((end - start) / period - 1 + 1e-9).rounded(.down)
    guard periods >= 1 else { return nil }
    return TimeFold(start + period...start + period + periods * period)
  }

  /// The chart without what happens in a stretch of time. O(operations).
  func leavingOut(_ fold: TimeFold?) -> GanttChart {
    guard let fold else { return self }
    var chart = self
    chart.fold = fold
    for index in chart.lanes.indices {
      chart.lanes[index].bars.removeAll { fold.hides($0.start, $0.end) }
      chart.lanes[index].transfers.removeAll { fold.hides($0.start, $0.end) }
    }
    return chart
  }
}
