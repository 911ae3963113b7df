import PipelineModel

/// Turns a chart into plain shapes.
struct GanttPainter: Painter {
  let chart: GanttChart
  let bars: VisibleBars
  let tints: TintScale
  let layout: GanttLayout
  let palette: GanttPalette
  /// The smallest number written in a box, in points.
  let smallestLabel: Double
  var drawing: Drawing
  /// Whether idle time is hatched; the legend shows it as the lanes do.
  var hatchesIdleTime = false

  /// The drawing of a chart. O(operations + memory levels).
  ///
  /// - Parameter title: what a screen reader calls it, whatever stands above the picture.
  /// - Throws: `DiagramError` for a window, a width or times that cannot be drawn.
  static func drawing(
    of chart: GanttChart, title: String, style: DiagramStyle
  ) throws(DiagramError) -> Drawing {
    let bars = try VisibleBars(chart, style: style)
    let tints = TintScale([chart])
    let legend = style.hasLegend ? GanttLegend(chart, bars: bars, tints: tints) : GanttLegend()
    let layout = try GanttLayout(chart, legend: legend, bars: bars, style: style)
    var painter = GanttPainter(
      chart: chart, bars: bars, tints: tints, layout: layout, palette: GanttPalette(style.colours),
      smallestLabel: style.smallestLabel,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: title,
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
    paintFold()
    paint(layout.heading)
    paintLegend()
  }
}
