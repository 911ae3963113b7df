import PipelineModel

/// Turns a chart into plain shapes.
struct GanttPainter: Painter {
  let chart: GanttChart
  let bars: VisibleBars
  let tints: TintScale
  let layout: GanttLayout
  var drawing: Drawing
  /// Whether idle time is hatched; the legend shows it as the lanes do.
  var hatchesIdleTime = false

  /// The drawing of a chart. O(operations + memory levels).
  ///
  /// - Throws: `DiagramError` for a window, a width or times that cannot be drawn.
  static func drawing(of chart: GanttChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let bars = try VisibleBars(chart, style: style)
    let tints = TintScale([chart])
    let legend = GanttLegend(chart, bars: bars, tints: tints)
    let layout = try GanttLayout(chart, legend: legend, bars: bars, style: style)
    var painter = GanttPainter(
      chart: chart, bars: bars, tints: tints, layout: layout,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paint()
    return painter.drawing
  }

  /// Paints everything, the lowest layer first.
  mutating func paint() {
    paintLanes()
    paintGroups()
    paintIdleTime()
    paintAxis()
    paintTransfers()
    paintMemory()
    paintOptimizerSteps()
    paintOperations()
    paintDifferences()
    paint(layout.heading)
    paintLegend()
  }
}
