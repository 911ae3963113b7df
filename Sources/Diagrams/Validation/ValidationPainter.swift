import PipelineModel

/// Turns a validation into plain shapes.
struct ValidationPainter: Painter {
  let chart: ValidationChart
  let legend: ValidationLegend
  let layout: ValidationLayout
  var drawing: Drawing

  /// The drawing of a chart whose figures have been checked. O(runs).
  ///
  /// - Throws: `DiagramError.widthOutOfRange` for a width that cannot hold the labels.
  static func drawing(of chart: ValidationChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let legend = ValidationLegend(chart)
    let layout = try ValidationLayout(chart, legend: legend, style: style)
    var painter = ValidationPainter(
      chart: chart, legend: legend, layout: layout,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paintFrame()
    for index in chart.runs.indices {
      painter.paintBars(of: index)
      painter.paintError(of: index)
      painter.paintLabels(of: index)
    }
    painter.paint(layout.heading)
    painter.paintLegend()
    return painter.drawing
  }
}
