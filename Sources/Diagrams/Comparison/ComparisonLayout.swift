import PipelineModel

/// Where everything of a comparison stands on the page, in points.
struct ComparisonLayout {
  /// The page with its lanes and its one time axis.
  let page: GanttLayout
  /// Where each band's heading is: the title's and the figures' left end, at half their height.
  let headings: [(title: Drawing.Point, figures: Drawing.Point)]
  /// The widest a band's title may be.
  let titleWidth: Double

  private static let headingHeight = 15.0
  private static let bandGap = 11.0
  private static let titleGap = 14.0
  private static let widestTitle = 260.0
  /// Beyond so many lanes they shrink below what can be read, or no viewer would show the page.
  private static let mostReadableLanes = 640.0

  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(
    _ chart: ComparisonChart, joined: GanttChart, legend: GanttLegend, bars: VisibleBars, style: DiagramStyle
  ) throws(DiagramError) {
    let margin = PageMeasures.margin
    let names = GanttLayout.column(joined.lanes.map(\.name), size: PageMeasures.textSize, atMost: 180)
    let left = (margin + names).rounded(.up)
    let titles = chart.bands.map { TextMetrics.width(of: $0.title, size: PageMeasures.textSize) * 1.03 }
    let widestTitle = min(titles.max() ?? 0, Self.widestTitle)
    let figures = chart.bands.map { TextMetrics.width(of: $0.figures, size: PageMeasures.smallSize) * 1.03 }
    let width = try GanttLayout.pageWidth(
      joined, bars, fixed: left + 2 * margin,
      text: widestTitle + Self.titleGap + (figures.max() ?? 0), style)
    let right = width - 2 * margin
    let textWidth = width - left - margin
    titleWidth = min(widestTitle, textWidth / 3)
    let heading = PageHeading(
      title: chart.title, subtitle: chart.subtitle, left: left, width: textWidth)
    let rows = LegendRows(
      widths: legend.entries.map(\.width), left: left, top: heading.bottom + 6, width: textWidth)

    let laneHeight = Self.laneHeight(laneCount: joined.lanes.count)
    let hostHeight = joined.hasTransfers ? GanttLayout.hostShare * laneHeight : 0
    let pitch = laneHeight + hostHeight + max(0.15 * laneHeight, min(1.5, 0.3 * laneHeight))

    var top = rows.bottom + 12
    let lanesTop = top
    let scale = TimeScale(range: bars.range, left: left, right: right)
    var places: [GanttLayout.LanePlace] = []
    var headings: [(title: Drawing.Point, figures: Drawing.Point)] = []
    for (index, band) in chart.bands.enumerated() {
      let y = top + Self.headingHeight / 2 - 2
      headings.append((Drawing.Point(left, y), Drawing.Point(left + titleWidth + Self.titleGap, y)))
      top += Self.headingHeight
      // The lanes end with their schedule: what comes after is not idle time.
      let end = GanttChart(title: "", lanes: band.lanes).timeRange.map { scale.x($0.upperBound) } ?? right
      for (row, lane) in band.lanes.enumerated() {
        places.append(
          GanttLayout.LanePlace(
            top: top, right: end, device: lane.device?.index ?? row, row: row, band: index))
        top += pitch
      }
      top += Self.bandGap
    }
    self.headings = headings
    let axisTop = top - Self.bandGap / 2
    page = GanttLayout(
      range: bars.range, pageWidth: width, pageHeight: (axisTop + 36).rounded(.up), left: left, right: right,
      brackets: nil, lanesTop: lanesTop, axisTop: axisTop, pitch: pitch, lanes: places,
      laneHeight: laneHeight, hostHeight: hostHeight, stripHeight: 0,
      legend: zip(legend.entries, rows.places).map { GanttLayout.PlacedEntry(entry: $0, at: $1) },
      heading: heading)
  }

  /// Lanes shrink with their number, but only as far as they can be read while that is possible.
  private static func laneHeight(laneCount: Int) -> Double {
    let count = Double(max(1, laneCount))
    return count <= mostReadableLanes
      ? min(14, max(7, 1_400 / count)) : max(0.7, 7 * mostReadableLanes / count)
  }
}
