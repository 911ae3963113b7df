import PipelineModel

/// Turns a comparison into plain shapes: one Gantt diagram of all lanes, with headings between them.
enum ComparisonPainter {
  /// The drawing of a chart. O(operations).
  ///
  /// - Throws: `DiagramError` for a window or a width that cannot be drawn.
  static func drawing(of chart: ComparisonChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let title = chart.title
    let chart = try chart.dressed(for: style)
    let joined = chart.joined
    let bars = try VisibleBars(joined, style: style)
    let tints = TintScale([joined])
    let legend = style.hasLegend ? GanttLegend(joined, bars: bars, tints: tints) : GanttLegend()
    let layout = try ComparisonLayout(chart, joined: joined, legend: legend, bars: bars, style: style)
    var painter = GanttPainter(
      chart: joined, bars: bars, tints: tints, layout: layout.page, palette: GanttPalette(style.colours),
      smallestLabel: style.smallestLabel,
      drawing: Drawing(
        width: layout.page.pageWidth, height: layout.page.pageHeight, title: title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paint()
    painter.paintHeadings(of: chart.bands, layout)
    return painter.drawing
  }
}

extension GanttPainter {
  /// Writes each band's heading and closes the band with a line where its schedule ends.
  fileprivate mutating func paintHeadings(of bands: [ComparisonChart.Band], _ page: ComparisonLayout) {
    for (index, (band, heading)) in zip(bands, page.headings).enumerated() {
      for (line, at) in heading.title { add(line, size: PageMeasures.textSize, at: at) }
      for (line, at) in heading.figures {
        add(line, size: PageMeasures.smallSize, paint: Palette.muted, at: at)
      }
      let lanes = layout.lanes.filter { $0.band == index }
      guard let first = lanes.first, let last = lanes.last, ends(band) else { continue }
      add(
        Drawing.Point(first.right, first.top - 3),
        Drawing.Point(last.right, last.top + last.height + layout.hostHeight + 3),
        paint: palette.limit, width: 1)
    }
  }

  /// Whether the picture shows the end of a schedule.
  private func ends(_ band: ComparisonChart.Band) -> Bool {
    guard let end = GanttChart(title: "", lanes: band.lanes).timeRange?.upperBound else { return false }
    return layout.range.contains(end)
  }
}
