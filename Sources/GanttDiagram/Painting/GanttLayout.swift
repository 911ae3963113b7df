import PipelineModel

/// Where everything stands on the page, in points.
struct GanttLayout {
  /// The times drawn.
  let range: ClosedRange<Double>
  /// The page.
  let pageWidth, pageHeight: Double
  /// The chart's left and right edge.
  let left, right: Double
  /// The top of the first lane, and of the time axis under the last.
  let lanesTop, axisTop: Double
  /// From one lane's top to the next one's.
  let pitch: Double
  /// A lane's height, and its memory strip's.
  let laneHeight, stripHeight: Double
  /// The legend's entries with their places.
  let legend: [PlacedEntry]
  /// The title as it fits the page, and its font size.
  let title: (text: String, size: Double)
  /// The lines under the title as they fit the page.
  let subtitle: [String]

  /// An entry of the legend and where its swatch begins.
  struct PlacedEntry {
    let entry: GanttLegend.Entry
    let at: Drawing.Point
  }

  static let margin = 14.0
  static let titleSize = 13.0
  static let textSize = 9.0
  static let smallSize = 8.0
  /// The widest page chosen by itself.
  static let widestChosen = 1400.0
  /// The widest page accepted: eight times what a viewer of PDF must open.
  static let widestPage = 115_200.0
  private static let columnGap = 8.0

  /// The page position of a moment; times outside the range lie on the chart's edges.
  func x(_ time: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return left }
    let share = (min(max(time, range.lowerBound), range.upperBound) - range.lowerBound) / span
    return left + share * (right - left)
  }

  /// The top of a device's lane.
  func laneTop(_ lane: Int) -> Double { lanesTop + Double(lane) * pitch }

  /// Points per unit of time; 0 when the range has no length.
  var pointsPerTime: Double {
    let span = range.upperBound - range.lowerBound
    return span > 0 ? (right - left) / span : 0
  }
}

extension GanttLayout {
  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(
    _ chart: GanttChart, legend: GanttLegend, bars: VisibleBars, style: GanttStyle
  ) throws(DiagramError) {
    range = bars.range
    let hasMemory = chart.lanes.contains { !$0.memory.isEmpty }
    let scale = Self.laneScale(laneCount: chart.lanes.count)
    laneHeight = 20 * scale
    stripHeight = hasMemory ? 9.5 * scale : 0
    pitch = (hasMemory ? 34 : 26) * scale

    let names = Self.column(chart.lanes.map(\.name), size: Self.textSize, atMost: 180)
    let notes = Self.column(chart.lanes.map(\.note), size: Self.smallSize, atMost: 240)
    left = (Self.margin + names).rounded(.up)
    let rightColumn = max(notes, Self.margin) + Self.margin
    let width = try Self.pageWidth(chart, bars, fixed: left + rightColumn, style)
    pageWidth = width
    right = width - rightColumn

    let textWidth = width - left - Self.margin
    title = Self.fitTitle(chart.title, width: textWidth)
    subtitle = chart.subtitle.map { TextMetrics.fit($0, size: Self.textSize, width: textWidth) }
    let legendTop = Self.margin + 17 + Double(subtitle.count) * 13 + 6
    let (placed, legendBottom) = Self.place(legend, left: left, top: legendTop, width: textWidth)
    self.legend = placed
    lanesTop = legendBottom + 10
    axisTop = lanesTop + Double(chart.lanes.count) * pitch
    pageHeight = (axisTop + 36).rounded(.up)
  }

  /// Lanes shrink when many devices would make the page taller than a reader scrolls.
  private static func laneScale(laneCount: Int) -> Double {
    min(1, max(0.1, 64 / Double(max(1, laneCount))))
  }

  private static func column(_ texts: [String], size: Double, atMost limit: Double) -> Double {
    let widest = texts.reduce(0) { max($0, TextMetrics.width(of: $1, size: size)) }
    return widest == 0 ? 0 : min(limit, widest) + columnGap
  }

  private static func pageWidth(
    _ chart: GanttChart, _ bars: VisibleBars, fixed: Double, _ style: GanttStyle
  ) throws(DiagramError) -> Double {
    let least = (fixed + 100).rounded(.up)
    if let width = style.width {
      guard width >= least, width <= widestPage else {
        throw .widthOutOfRange(width, least...widestPage)
      }
      return width.rounded(.up)
    }
    let units = bars.shortestCommonDuration.map { (bars.range.upperBound - bars.range.lowerBound) / $0 } ?? 1
    // Ten points an operation; small schedules get roomier ones.
    let chartWidth = max(10 * units, min(18 * units, 640))
    let lines = chart.subtitle.map { TextMetrics.width(of: $0, size: textSize) }
    let text = max(TextMetrics.width(of: chart.title, size: titleSize), lines.max() ?? 0)
    let chosen = max(chartWidth + fixed, text * 1.03 + fixed, 300 + fixed)
    return max(least, min(chosen, widestChosen)).rounded(.up)
  }

  private static func fitTitle(_ title: String, width: Double) -> (text: String, size: Double) {
    let natural = TextMetrics.width(of: title, size: titleSize) * 1.03
    let size = natural <= width ? titleSize : max(9, (titleSize * width / natural * 10).rounded(.down) / 10)
    return (TextMetrics.fit(title, size: size, width: width), size)
  }

  private static func place(
    _ legend: GanttLegend, left: Double, top: Double, width: Double
  ) -> (entries: [PlacedEntry], bottom: Double) {
    var at = Drawing.Point(left, top)
    var placed: [PlacedEntry] = []
    for entry in legend.entries {
      if at.x > left, at.x + entry.width > left + width { at = Drawing.Point(left, at.y + 15) }
      placed.append(PlacedEntry(entry: entry, at: at))
      at.x += entry.width + 16
    }
    return (placed, at.y + 10)
  }
}
