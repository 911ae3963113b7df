import PipelineModel

/// Where operations start elsewhere than they were observed to: a mark from the one start to the other, between the
/// lane and the next one, as boxes lie above all shapes.
extension GanttPainter {
  /// Shorter marks say nothing, in points.
  private static let shortestMark = 0.4
  /// A mark's share of the height of a lane; lanes are farther apart.
  private static let heightShare = 0.13

  mutating func paintDifferences() {
    guard bars.count <= Self.mostBoxes else { return }
    for index in chart.lanes.indices {
      let lane = laneFrame(index)
      for bar in chart.lanes[index].bars[bars.lanes[index]] {
        guard let observed = bar.observedStart else { continue }
        let ends = [bar.start, observed].map { min(max(layout.x($0), layout.left), layout.right) }
        let mark = Drawing.Rectangle(
          left: min(ends[0], ends[1]), top: lane.bottom, right: max(ends[0], ends[1]),
          bottom: lane.bottom + Self.heightShare * lane.height)
        guard mark.width >= Self.shortestMark else { continue }
        add(mark, fill: ValidationPalette.error(bar.start - observed))
      }
    }
  }
}
