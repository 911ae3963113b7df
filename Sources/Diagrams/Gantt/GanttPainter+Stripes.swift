import PipelineModel

/// Operations that repeat others are striped in the colour of what they repeat, as far as stripes can be seen.
extension GanttPainter {
  /// Narrower boxes show no stripes, in points.
  private static let narrowestStriped = 2.5
  private static let stripeSpacing = 4.0
  private static let stripeWidth = 1.3

  /// Paints the fill of a striped operation under the box that is to lie above it.
  ///
  /// - Returns: whether it did, so that the box has to let it show.
  mutating func paintStripes(of bar: GanttChart.Bar, _ tint: Tint, in frame: Drawing.Rectangle) -> Bool {
    guard let stripes = palette.stripes(of: bar, tint), frame.width >= Self.narrowestStriped else {
      return false
    }
    add(frame, fill: palette.fill(of: bar, tint))
    stripe(frame, stripes)
    return true
  }

  /// Draws stripes over what fills a rectangle.
  mutating func stripe(_ frame: Drawing.Rectangle, _ paint: Paint) {
    guard frame.width >= Self.narrowestStriped else { return }
    hatch(frame, spacing: Self.stripeSpacing, paint: paint, width: Self.stripeWidth)
  }
}
