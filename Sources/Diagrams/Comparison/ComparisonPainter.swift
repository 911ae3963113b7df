import PipelineModel

/// Turns a comparison into plain shapes: one Gantt diagram of all lanes, with headings between them.
enum ComparisonPainter {
  /// The drawing of a chart. O(operations).
  ///
  /// - Throws: `DiagramError` for a window or a width that cannot be drawn.
  static func drawing(of chart: ComparisonChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let joined = chart.joined
    let bars = try VisibleBars(joined, style: style)
    let tints = TintScale([joined])
    let legend = GanttLegend(joined, bars: bars, tints: tints)
    let layout = try ComparisonLayout(chart, joined: joined, legend: legend, bars: bars, style: style)
    var painter = GanttPainter(
      chart: joined, bars: bars, tints: tints, layout: layout.page,
      drawing: Drawing(
        width: layout.page.pageWidth, height: layout.page.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paint()
    painter.paintHeadings(of: chart.bands, layout)
    return painter.drawing
  }
}

extension GanttPainter {
  /// Writes each band's heading and closes the band with a line where its schedule ends.
  fileprivate mutating func paintHeadings(of bands: [ComparisonChart.Band], _ page: ComparisonLayout) {
    for (index, (band, at)) in zip(bands, page.headings).enumerated() {
      add(
        TextMetrics.fit(band.title, size: PageMeasures.textSize, width: page.titleWidth + 1),
        size: PageMeasures.textSize, at: at.title)
      add(
        TextMetrics.fit(
          band.figures, size: PageMeasures.smallSize,
          width: layout.pageWidth - PageMeasures.margin - at.figures.x),
        size: PageMeasures.smallSize, paint: Palette.muted, at: at.figures)
      let lanes = layout.lanes.filter { $0.band == index }
      guard let first = lanes.first, let last = lanes.last, ends(band) else { continue }
      add(
        Drawing.Point(first.right, first.top - 3),
        Drawing.Point(last.right, last.top + layout.laneHeight + layout.hostHeight + 3),
        paint: GanttPalette.limit, width: 1)
    }
  }

  /// Whether the picture shows the end of a schedule.
  private func ends(_ band: ComparisonChart.Band) -> Bool {
    guard let end = GanttChart(title: "", lanes: band.lanes).timeRange?.upperBound else { return false }
    return layout.range.contains(end)
  }
}
