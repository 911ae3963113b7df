import PipelineModel

/// Turns a chart into plain shapes.
struct GanttPainter {
  let chart: GanttChart
  let bars: VisibleBars
  let layout: GanttLayout
  var drawing: Drawing
  /// Whether idle time is hatched; the legend shows it as the lanes do.
  var hatchesIdleTime = false

  /// The drawing of a chart. O(operations + memory levels).
  ///
  /// - Throws: `DiagramError` for a window, a width or times that cannot be drawn.
  static func drawing(of chart: GanttChart, style: GanttStyle) throws(DiagramError) -> Drawing {
    let bars = try VisibleBars(chart, style: style)
    let legend = GanttLegend(chart, bars: bars)
    let layout = try GanttLayout(chart, legend: legend, bars: bars, style: style)
    var painter = GanttPainter(
      chart: chart, bars: bars, layout: layout,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: GanttPalette.page))
    painter.paintLanes()
    painter.paintIdleTime()
    painter.paintAxis()
    painter.paintMemory()
    painter.paintOptimizerSteps()
    painter.paintOperations()
    painter.paintHeading()
    painter.paintLegend()
    return painter.drawing
  }

  mutating func add(
    _ string: String, size: Double, paint: Paint = GanttPalette.ink, at: Drawing.Point,
    anchor: Drawing.Text.Anchor = .start
  ) {
    guard !string.isEmpty else { return }
    drawing.texts.append(Drawing.Text(string, size: size, paint: paint, at: at, anchor: anchor))
  }

  mutating func add(_ rectangle: Drawing.Rectangle, fill: Paint, stroke: Paint? = nil, width: Double = 0.5) {
    let outline = Drawing.Stroke(stroke ?? fill, width: stroke == nil ? 0 : width)
    drawing.shapes.append(.rectangle(rectangle, fill: fill, stroke: outline))
  }

  mutating func add(_ from: Drawing.Point, _ to: Drawing.Point, paint: Paint, width: Double = 0.5) {
    drawing.shapes.append(.line([from, to], Drawing.Stroke(paint, width: width)))
  }
}
