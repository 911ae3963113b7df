/// Dashed lines: Graphviz's own dashes come out in another size in each format.
extension GanttPainter {
  /// What dashed lines look like.
  struct Dashes {
    /// From one dash to the next, in points.
    let period: Double
    let paint: Paint

    /// More dashes than this are slow to draw; they grow longer instead.
    private static let most = 5_000.0

    /// Dashes at some distance, further apart where all lines together are long.
    init(_ period: Double, along length: Double, _ paint: Paint) {
      self.period = max(period, length / Self.most)
      self.paint = paint
    }
  }

  /// Draws a dashed line along an axis.
  mutating func dash(from start: Drawing.Point, to end: Drawing.Point, _ dashes: Dashes) {
    let (width, height) = (end.x - start.x, end.y - start.y)
    let length = max(abs(width), abs(height))
    var done = 0.0
    while done < length {
      let stop = min(length, done + dashes.period * 0.6)
      func point(_ share: Double) -> Drawing.Point {
        Drawing.Point(start.x + width * share / length, start.y + height * share / length)
      }
      add(point(done), point(stop), paint: dashes.paint, width: 0.6)
      done += dashes.period
    }
  }

  /// Draws a dashed outline.
  mutating func dash(around frame: Drawing.Rectangle, _ dashes: Dashes) {
    let corners = [
      Drawing.Point(frame.left, frame.top), Drawing.Point(frame.right, frame.top),
      Drawing.Point(frame.right, frame.bottom), Drawing.Point(frame.left, frame.bottom),
    ]
    for (index, corner) in corners.enumerated() { dash(from: corner, to: corners[(index + 1) % 4], dashes) }
  }

  /// The outlines of all tasks for the next iteration.
  var aheadDashes: Dashes {
    let tasks = zip(chart.lanes, bars.lanes).lazy.flatMap { $0.bars[$1] }.filter(\.isAhead)
    let length = tasks.reduce(0) { $0 + 2 * (layout.x($1.end) - layout.x($1.start) + layout.laneHeight) }
    return Dashes(3, along: length, GanttPalette.ahead)
  }
}
