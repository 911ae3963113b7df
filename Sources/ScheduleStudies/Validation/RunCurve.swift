import PipelineModel

/// What a run would take, as a function of the gap between its operations.
///
/// A makespan is the longest of many paths, each of which grows by the gaps on it: a convex function of straight pieces.
/// It is timed where pieces meet, which is where the lines of its ends do, and exact between them.
struct RunCurve {
  /// What the run took.
  let measured: Double
  /// Gaps, growing, with what the run takes.
  private let nodes: [(gap: Double, time: Double)]

  /// How often a part that bends is cut: enough for any makespan but those with very many bends.
  private static let deepest = 10
  /// The part of a range of gaps over which its ends are taken to be straight.
  private static let end = 1.0 / 1024
  /// Three points lie on a line where the middle one is so near to it, as a part of its time.
  private static let straight = 1e-11

  /// Times a run with gaps up to a given one.
  ///
  /// - Throws: `ValidationRefusal` when it cannot be timed.
  /// - Complexity: O(problem x bends).
  init(_ run: ValidationRun, upTo most: Double) throws(ValidationRefusal) {
    measured = run.measured
    let start = (gap: 0.0, time: try Self.time(of: run, gap: 0))
    guard most > 0 else {
      nodes = [start]
      return
    }
    let end = (gap: most, time: try Self.time(of: run, gap: most))
    nodes = [start] + (try Self.between(start, end, of: run, depth: Self.deepest)) + [end]
  }

  /// What the run takes with a gap within the range. O(log nodes).
  func time(gap: Double) -> Double {
    var (low, high) = (0, nodes.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if nodes[middle].gap <= gap { low = middle } else { high = middle }
    }
    let (start, end) = (nodes[low], nodes[high])
    guard end.gap > start.gap else { return start.time }
    return start.time + (end.time - start.time) * ((gap - start.gap) / (end.gap - start.gap))
  }

  /// The gap with which the run takes what it took; `nil` where none of the range does. O(nodes).
  var gapOfMeasured: Double? {
    let pieces = zip(nodes, nodes.dropFirst())
    guard
      let (start, end) = pieces.first(where: {
        $0.time <= measured && measured <= $1.time && $0.time < $1.time
      })
    else { return nil }
    return start.gap + (end.gap - start.gap) * ((measured - start.time) / (end.time - start.time))
  }

  /// What a run takes with a gap.
  static func time(of run: ValidationRun, gap: Double) throws(ValidationRefusal) -> Double {
    try Calibration(gap: gap).timeline(of: run).makespan
  }

  private static func between(
    _ start: (gap: Double, time: Double), _ end: (gap: Double, time: Double), of run: ValidationRun,
    depth: Int
  ) throws(ValidationRefusal) -> [(gap: Double, time: Double)] {
    guard depth > 0 else { return [] }
    let gap = (start.gap + end.gap) / 2
    let middle = (gap: gap, time: try time(of: run, gap: gap))
    // A convex function that meets the middle of a chord is the chord.
    guard (start.time + end.time) / 2 - middle.time > straight * middle.time else { return [] }
    let corner = try corner(start, end, of: run) ?? middle
    return try between(start, corner, of: run, depth: depth - 1) + [corner]
      + between(corner, end, of: run, depth: depth - 1)
  }

  /// Where the lines of both ends meet: the only bend, or one of several; `nil` where they do not meet in between.
  private static func corner(
    _ start: (gap: Double, time: Double), _ end: (gap: Double, time: Double), of run: ValidationRun
  ) throws(ValidationRefusal) -> (gap: Double, time: Double)? {
    let width = end.gap - start.gap
    let step = width * Self.end
    let first = (try time(of: run, gap: start.gap + step) - start.time) / step
    let last = (end.time - (try time(of: run, gap: end.gap - step))) / step
    let gap = end.gap - (start.time + first * width - end.time) / (first - last)
    guard gap > start.gap + step / 2, gap < end.gap - step / 2 else { return nil }
    return (gap, try time(of: run, gap: gap))
  }
}
