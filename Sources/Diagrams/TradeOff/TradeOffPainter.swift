import PipelineModel

/// Turns a trade-off chart into plain shapes.
struct TradeOffPainter: Painter {
  let chart: TradeOffChart
  let curves: TradeOffCurves
  let legend: TradeOffLegend
  let layout: TradeOffLayout
  var drawing: Drawing

  /// The drawing of a chart whose figures have been checked. O(points log points + marks²).
  ///
  /// - Throws: `DiagramError.widthOutOfRange` for a width that cannot hold the labels.
  static func drawing(of chart: TradeOffChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let curves = TradeOffCurves(chart.points)
    let legend = TradeOffLegend(chart, curves: curves)
    let layout = try TradeOffLayout(chart, legend: legend, style: style)
    var painter = TradeOffPainter(
      chart: chart, curves: curves, legend: legend, layout: layout,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paintUndecided()
    painter.paintInfeasible()
    painter.paintAxes()
    painter.paintCurves()
    painter.paintPoints()
    painter.paintMarks()
    painter.paint(layout.heading)
    painter.paintLegend()
    return painter.drawing
  }

  /// A box around a place, as high as wide.
  func frame(around at: Drawing.Point, radius: Double) -> Drawing.Rectangle {
    Drawing.Rectangle(left: at.x - radius, top: at.y - radius, right: at.x + radius, bottom: at.y + radius)
  }

  /// The place of a figure on the page.
  func place(_ memory: Double, _ bubble: Double) -> Drawing.Point {
    Drawing.Point(layout.x(memory), layout.y(bubble))
  }
}
