import PipelineModel

/// Where everything of a trade-off curve stands on the page, in points.
struct TradeOffLayout {
  /// The title and the lines under it.
  let heading: PageHeading
  /// Where the legend's entries begin.
  let legendPlaces: [Drawing.Point]
  /// The line above the plot that names its left and its upper edge, at half its height.
  let edgeNames: Double
  /// The part of the page between the axes.
  let plot: Drawing.Rectangle
  /// The page.
  let pageWidth, pageHeight: Double
  /// What is drawn of either axis.
  let range: TradeOffRange
  /// The round memory limits marked.
  let memoryTicks: AxisTicks
  /// The round bubbles marked, in per cent.
  let percentTicks: AxisTicks

  /// The page's width where nobody gives one and the heading fits.
  static let chosenWidth = 640.0
  private static let plotHeight = 240.0
  private static let leastPlotWidth = 200.0

  /// The page position of a memory limit inside the range.
  func x(_ limit: Double) -> Double {
    let share = (limit - memory.lowerBound) / (memory.upperBound - memory.lowerBound)
    return plot.left + min(max(share, 0), 1) * plot.width
  }

  /// The page position of a bubble.
  func y(_ bubble: Double) -> Double {
    let (lowest, highest) = (range.bubble.lowerBound, range.bubble.upperBound)
    return plot.bottom - min(max((bubble - lowest) / (highest - lowest), 0), 1) * plot.height
  }

  /// The memory limits drawn.
  var memory: ClosedRange<Double> { range.memory }
}

extension TradeOffLayout {
  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(_ chart: TradeOffChart, legend: TradeOffLegend, style: DiagramStyle) throws(DiagramError) {
    range = TradeOffRange(chart)
    let percents = range.bubble.lowerBound * 100...range.bubble.upperBound * 100
    percentTicks = AxisTicks(percents, length: Self.plotHeight, spacing: 30, size: nil)
    let labels = percentTicks.ticks.map { TextMetrics.width(of: $0.label, size: PageMeasures.smallSize) }
    let margin = PageMeasures.margin
    let left = (margin + (labels.max() ?? 0) + 8).rounded(.up)
    pageWidth = try style.pageWidth(
      text: PageHeading.width(title: chart.title, subtitle: chart.subtitle),
      least: left + Self.leastPlotWidth + margin, chosen: Self.chosenWidth)

    let textWidth = pageWidth - 2 * margin
    heading = PageHeading(
      title: chart.title, subtitle: chart.subtitle, left: margin, width: textWidth)
    let rows = LegendRows(
      widths: legend.entries.map(\.width), left: margin, top: heading.bottom + 6, width: textWidth)
    legendPlaces = rows.places
    edgeNames = rows.bottom + 14
    // The multiples stand between the names and the plot.
    let top = edgeNames + (chart.points.contains { $0.multiple != nil } ? 24 : 12)
    plot = Drawing.Rectangle(
      left: left, top: top, right: pageWidth - margin, bottom: top + Self.plotHeight)
    memoryTicks = AxisTicks(range.memory, length: plot.width, spacing: 50, size: PageMeasures.smallSize)
    pageHeight = (plot.bottom + 36).rounded(.up)
  }
}
