import PipelineModel

/// Where everything of a comparison stands on the page, in points.
struct ComparisonLayout {
  /// The page with its lanes and its one time axis.
  let page: GanttLayout
  /// The heading of each band.
  let headings: [BandHeading]

  private static let bandGap = 11.0
  /// Beyond so many lanes they shrink below what can be read, or no viewer would show the page.
  private static let mostReadableLanes = 640.0

  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(
    _ chart: ComparisonChart, joined: GanttChart, legend: GanttLegend, bars: VisibleBars, style: DiagramStyle
  ) throws(DiagramError) {
    let margin = PageMeasures.margin(ofWidth: style.layoutWidth)
    let laneHeight = Self.laneHeight(laneCount: joined.lanes.count)
    let names = GanttLayout.names(of: joined.lanes, laneHeight: laneHeight)
    let left = (margin + GanttLayout.withGap(names.width)).rounded(.up)
    let columns = BandColumns(chart.bands)
    let width = try GanttLayout.pageWidth(
      joined, bars, fixed: left + 2 * margin, text: columns.width, style)
    let right = width - 2 * margin
    // A column of a paper is too narrow for text to begin where the lanes do.
    let textLeft = margin < PageMeasures.margin ? margin : left
    let textWidth = width - textLeft - margin
    let heading = PageHeading(
      title: chart.title, subtitle: chart.subtitle, left: textLeft, width: textWidth, top: margin)
    let rows = legend.rows(left: textLeft, top: heading.bottom + 6, width: textWidth)

    let hostHeight = joined.hasTransfers ? GanttLayout.hostShare * laneHeight : 0
    let pitch = laneHeight + hostHeight + max(0.15 * laneHeight, min(1.5, 0.3 * laneHeight))

    var top = rows.bottom + (legend.entries.isEmpty ? 2 : 12)
    let lanesTop = top
    let scale = TimeScale(range: bars.range, left: left, right: right, fold: chart.fold)
    var places: [GanttLayout.LanePlace] = []
    var headings: [BandHeading] = []
    for (index, band) in chart.bands.enumerated() {
      let heading = BandHeading(band, columns, left: textLeft, top: top, width: textWidth)
      headings.append(heading)
      top += heading.height
      // The lanes end with their schedule: what comes after is not idle time.
      let end = GanttChart(title: "", lanes: band.lanes).timeRange.map { scale.x($0.upperBound) } ?? right
      for (row, lane) in band.lanes.enumerated() {
        if lane.followsBreak { top += GanttLayout.breakHeight }
        let height = GanttLayout.height(of: lane, in: laneHeight)
        places.append(
          GanttLayout.LanePlace(
            top: top, right: end, height: height, device: lane.device?.index ?? row, row: row, band: index))
        top += pitch - (laneHeight - height)
      }
      top += Self.bandGap
    }
    self.headings = headings
    let axisTop = top - Self.bandGap / 2
    let axisTitle = TextMetrics.wrap(
      joined.axisTitle(of: bars.range), size: PageMeasures.smallSize, width: width - 2 * margin)
    page = GanttLayout(
      scale: scale, pageWidth: width,
      pageHeight: (axisTop + GanttLayout.axisHeight(axisTitle, margin: margin)).rounded(.up), brackets: nil,
      lanesTop: lanesTop, axisTop: axisTop, pitch: pitch, lanes: places,
      laneHeight: laneHeight, hostHeight: hostHeight, stripHeight: 0,
      legend: rows.entries, heading: heading, names: names.lines, groups: [],
      notes: joined.lanes.map { _ in [] }, axisTitle: axisTitle)
  }

  /// Lanes shrink with their number, but only as far as they can be read while that is possible.
  private static func laneHeight(laneCount: Int) -> Double {
    let count = Double(max(1, laneCount))
    return count <= mostReadableLanes
      ? min(14, max(7, 1_400 / count)) : max(0.7, 7 * mostReadableLanes / count)
  }
}
