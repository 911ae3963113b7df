import PipelineModel
import Timeline

/// The operations inside the window, and what they have in common.
struct VisibleBars {
  /// The times drawn.
  let range: ClosedRange<Double>
  /// The positions in each lane of its first visible bar and the one after its last; bars between them may
  /// lie outside the window only where they have no length.
  let lanes: [Range<Int>]
  /// The kinds that occur.
  let kinds: Set<Operation.Kind>
  /// Whether any two operations share a box.
  let hasPairs: Bool
  /// Whether any is a task of this iteration.
  let hasTasks: Bool
  /// Whether any is a task for the next iteration.
  let hasTasksAhead: Bool
  /// The highest microbatch that occurs.
  let highestMicrobatch: Int
  /// The shortest of the kinds' median durations that is above zero; `nil` when nothing takes time.
  let shortestCommonDuration: Double?

  /// Each lane's transfers between the device and its host.
  let transfers: [[HostTransfer]]

  /// The number of operations and transfers inside the window.
  var count: Int { lanes.reduce(0) { $0 + $1.count } + transfers.reduce(0) { $0 + $1.count } }

  /// Cuts a chart to the style's window. O(operations).
  ///
  /// - Throws: `DiagramError` for times that cannot be drawn and for a window that shows nothing.
  init(_ chart: GanttChart, style: DiagramStyle) throws(DiagramError) {
    try chart.checkTimes()
    let range = try Self.range(chart.timeRange ?? 0...0, style: style)
    self.range = range
    lanes = chart.lanes.map { lane in
      let inside: (GanttChart.Bar) -> Bool = { bar in
        bar.end > range.lowerBound && bar.start < range.upperBound
          || bar.start == bar.end && range.contains(bar.start)
      }
      guard let first = lane.bars.firstIndex(where: inside), let last = lane.bars.lastIndex(where: inside)
      else { return 0..<0 }
      return first..<last + 1
    }
    transfers = chart.lanes.map { lane in
      lane.transfers.filter { $0.end > range.lowerBound && $0.start < range.upperBound }
    }
    var durations: [Operation.Kind: [Double]] = [:]
    var highestMicrobatch = 0
    var (hasPairs, hasTasks, hasTasksAhead) = (false, false, false)
    for (lane, positions) in zip(chart.lanes, lanes) {
      for bar in lane.bars[positions] {
        if bar.isTask {
          if bar.isAhead { hasTasksAhead = true } else { hasTasks = true }
          continue
        }
        durations[bar.kind, default: []].append(bar.end - bar.start)
        if bar.half != nil { hasPairs = true }
        highestMicrobatch = max(highestMicrobatch, bar.operation.microbatch.index)
      }
    }
    kinds = Set(durations.keys)
    self.hasPairs = hasPairs
    self.hasTasks = hasTasks
    self.hasTasksAhead = hasTasksAhead
    self.highestMicrobatch = highestMicrobatch
    shortestCommonDuration = durations.values.map { $0.sorted()[$0.count / 2] }.filter { $0 > 0 }.min()
  }

  private static func range(
    _ schedule: ClosedRange<Double>, style: DiagramStyle
  ) throws(DiagramError) -> ClosedRange<Double> {
    guard style.from != nil || style.to != nil else { return schedule }
    let from = style.from ?? schedule.lowerBound
    let to = style.to ?? schedule.upperBound
    // A bound that is not a number compares false.
    guard from < schedule.upperBound, to > schedule.lowerBound else {
      if let from = style.from, let to = style.to, from >= to { throw .emptyWindow(from: from, to: to) }
      // A window with one bound given ends where the schedule does, or at once where it lies beyond that.
      throw .windowOutside(
        from: style.from ?? min(from, to), to: style.to ?? max(from, to), schedule: schedule)
    }
    guard from < to else { throw .emptyWindow(from: from, to: to) }
    return max(from, schedule.lowerBound)...min(to, schedule.upperBound)
  }
}
