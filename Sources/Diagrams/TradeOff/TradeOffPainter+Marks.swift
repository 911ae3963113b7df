import PipelineModel

/// The known schedules, as diamonds with their names.
extension TradeOffPainter {
  private static let radius = 4.0
  private static let widestLabel = 160.0
  private static let size = PageMeasures.smallSize

  mutating func paintMarks() {
    let places = chart.marks.map { place($0.memory, $0.bubble) }
    var labels = LabelPlacer(bounds: layout.plot, obstacles: obstacles(places))
    for (index, (mark, at)) in zip(chart.marks, places).enumerated() {
      drawing.boxes.append(
        diamond(at: at, id: "mark.\(index)", classes: "mark", tooltip: tooltip(of: mark)))
      let lines = TextMetrics.wrap(label(of: mark), size: Self.size, width: Self.widestLabel)
      let width = TextMetrics.width(of: lines, size: Self.size) * 1.03
      let height = Self.size * 1.15 + PageMeasures.smallLineHeight * Double(lines.count - 1)
      guard !lines.isEmpty, let frame = labels.place(width: width, height: height, around: at)
      else { continue }
      write(lines, in: frame, besides: at)
    }
  }

  /// A schedule's name, and where it is if the axes do not reach so far: its diamond then stands on their edge.
  private func label(of mark: TradeOffChart.Mark) -> String {
    guard !layout.range.contains(mark) else { return mark.label }
    return "\(mark.label) (at \(mark.memory.short), \(mark.bubble.percent))"
  }

  /// Writes a name, anchored towards its diamond so that its distance does not depend on the font.
  private mutating func write(_ lines: [String], in frame: Drawing.Rectangle, besides at: Drawing.Point) {
    let y = (frame.top + frame.bottom) / 2
    let (x, anchor): (Double, Drawing.Text.Anchor) =
      frame.left >= at.x
      ? (frame.left, .start) : frame.right <= at.x ? (frame.right, .end) : (at.x, .middle)
    if abs(y - at.y) > 2 * frame.height {
      // Far from its diamond a name is led to.
      add(at, Drawing.Point(anchor == .start ? x - 1 : x + 1, y), paint: Palette.muted, width: 0.4)
    }
    add(
      lines, size: Self.size, lineHeight: PageMeasures.smallLineHeight, around: Drawing.Point(x, y),
      anchor: anchor)
  }

  /// What names should not cover: dots, diamonds and the curve between the dots.
  private func obstacles(_ marks: [Drawing.Point]) -> [Drawing.Rectangle] {
    guard chart.points.count <= Self.mostDots else {
      return marks.map { frame(around: $0, radius: Self.radius) }
    }
    let steps = curves.reached(to: layout.memory.upperBound).map { place($0.memory, $0.bubble) }
    let bounds = curves.bound(from: layout.memory.lowerBound).map { place($0.memory, $0.bubble) }
    let lines = [steps, bounds].flatMap { line in
      zip(line, line.dropFirst()).map { start, end in
        Drawing.Rectangle(left: start.x, top: min(start.y, end.y), right: end.x, bottom: max(start.y, end.y))
      }
    }
    let dots = chart.points.map { frame(around: place($0.memory, $0.bubble), radius: 3) }
    return dots + marks.map { frame(around: $0, radius: Self.radius) } + lines
  }

  func diamond(at: Drawing.Point, id: String, classes: String, tooltip: String? = nil) -> Drawing.Box {
    Drawing.Box(
      frame(around: at, radius: Self.radius), form: .diamond, fill: TradeOffPalette.mark,
      stroke: Drawing.Stroke(TradeOffPalette.markOutline, width: 0.8), id: id, classes: classes,
      tooltip: tooltip)
  }

  private func tooltip(of mark: TradeOffChart.Mark) -> String {
    "\(mark.label): peak memory \(mark.memory.short(chart.memoryUnit)), "
      + "\(chart.valueName) \(mark.bubble.percent)"
  }
}
