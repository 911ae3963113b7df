import PipelineModel

/// Where everything of a strip plot stands on the page, in points.
struct StripLayout {
  /// The title and the lines under it.
  let heading: PageHeading
  /// Where the legend's entries begin.
  let legendPlaces: [Drawing.Point]
  /// The strips, from top to bottom, without their headings.
  let strips: [Drawing.Rectangle]
  /// The titles and the figures of the strips in their lines, and where these begin, at half the height of the first.
  let headings: [(title: Heading, figures: Heading)]
  /// The page.
  let pageWidth, pageHeight: Double
  /// The values drawn.
  let range: ClosedRange<Double>
  /// The round values marked.
  let ticks: AxisTicks

  /// A text over a strip.
  struct Heading {
    let lines: [String]
    let at: Drawing.Point
  }

  static let legendTexts = ["one scenario", "mean", "95 % of scenarios are below", "without scenarios"]
  static let legendSignWidth = 14.0

  private static let stripHeight = 42.0
  private static let headingHeight = 15.0
  private static let stripGap = 9.0
  private static let titleGap = 14.0
  private static let widestTitle = 240.0
  private static let chosenWidth = 640.0
  private static let leastWidth = 240.0

  /// How high dots may stand in a strip.
  var swarmHeight: Double { Self.stripHeight - 6 }

  /// The page position of a value inside the range.
  func x(_ value: Double) -> Double {
    let left = PageMeasures.margin
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return left + min(max(share, 0), 1) * (pageWidth - 2 * left)
  }

  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(_ chart: StripChart, style: DiagramStyle) throws(DiagramError) {
    let margin = PageMeasures.margin
    let titles = chart.strips.map { TextMetrics.width(of: $0.title, size: PageMeasures.textSize) * 1.03 }
    let figures = chart.strips.map { TextMetrics.width(of: $0.figures, size: PageMeasures.smallSize) * 1.03 }
    let widestTitle = min(titles.max() ?? 0, Self.widestTitle)
    let text = max(
      PageHeading.width(title: chart.title, subtitle: chart.subtitle),
      widestTitle + Self.titleGap + (figures.max() ?? 0))
    pageWidth = try style.pageWidth(text: text, least: Self.leastWidth, chosen: Self.chosenWidth)
    let textWidth = pageWidth - 2 * margin
    let titleWidth = min(widestTitle, textWidth / 3)
    let figuresLeft = margin + titleWidth + Self.titleGap
    heading = PageHeading(title: chart.title, subtitle: chart.subtitle, left: margin, width: textWidth)
    let texts = style.hasLegend ? Self.legendTexts : []
    let entries = texts.map {
      Self.legendSignWidth + 4 + TextMetrics.width(of: $0, size: PageMeasures.textSize)
    }
    let rows = LegendRows(widths: entries, left: margin, top: heading.bottom + 6, width: textWidth)
    legendPlaces = rows.places
    range = Self.range(of: chart)
    var top = rows.bottom + 12
    var strips: [Drawing.Rectangle] = []
    var headings: [(title: Heading, figures: Heading)] = []
    for strip in chart.strips {
      let y = top + Self.headingHeight / 2 - 2
      let title = TextMetrics.wrap(strip.title, size: PageMeasures.textSize, width: titleWidth + 1)
      let figures = TextMetrics.wrap(
        strip.figures, size: PageMeasures.smallSize, width: pageWidth - margin - figuresLeft)
      headings.append(
        (
          Heading(lines: title, at: Drawing.Point(margin, y)),
          Heading(lines: figures, at: Drawing.Point(figuresLeft, y))
        ))
      let further = Double(max(1, title.count, figures.count) - 1)
      top += Self.headingHeight + further * LabelColumn.lineHeight
      strips.append(
        Drawing.Rectangle(left: margin, top: top, right: pageWidth - margin, bottom: top + Self.stripHeight))
      top += Self.stripHeight + Self.stripGap
    }
    self.strips = strips
    self.headings = headings
    ticks = AxisTicks(range, length: textWidth, spacing: 60, size: PageMeasures.smallSize)
    pageHeight = (top - Self.stripGap + 34).rounded(.up)
  }

  /// All that is drawn, with some air on either side.
  private static func range(of chart: StripChart) -> ClosedRange<Double> {
    let values = chart.strips.flatMap { $0.values + [$0.nominal] }
    guard let least = values.min(), let largest = values.max() else { return 0...1 }
    let span = largest - least
    // Values that differ by rounding errors only would spread over the page.
    let air = span > 1e-9 * largest ? 0.04 * span : largest > 0 ? 0.05 * largest : 0.5
    return max(0, least - air)...largest + air
  }
}
