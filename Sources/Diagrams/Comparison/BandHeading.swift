/// How wide the headings of a comparison's bands are: titles below each other, and figures.
struct BandColumns {
  /// The widest title, as far as it may be.
  let title: Double
  /// The widest figures.
  let figures: Double

  private static let widestTitle = 260.0
  static let gap = 14.0

  /// The width at which every heading has one line.
  var width: Double { title + (figures > 0 ? Self.gap + figures : 0) }

  /// Measures headings, with some room for another font.
  init(_ bands: [ComparisonChart.Band]) {
    let titles = bands.map { TextMetrics.width(of: $0.title, size: PageMeasures.textSize) * 1.03 }
    title = min(titles.max() ?? 0, Self.widestTitle)
    let figures = bands.map { TextMetrics.width(of: $0.figures, size: PageMeasures.smallSize) * 1.03 }
    self.figures = figures.max() ?? 0
  }
}

/// The heading of one band: title and figures beside each other, or below each other where the page is narrow.
struct BandHeading {
  /// The lines of the title, with their left ends at half their height.
  let title: [(String, Drawing.Point)]
  /// The lines of the figures, with their left ends at half their height.
  let figures: [(String, Drawing.Point)]
  /// How high all is, up to the band's lanes.
  let height: Double

  private static let lineHeight = 11.0
  private static let singleHeight = 15.0

  /// Places a heading.
  init(
    _ band: ComparisonChart.Band, _ columns: BandColumns, left: Double, top: Double, width: Double
  ) {
    let y = top + Self.singleHeight / 2 - 2
    let isBesides = columns.width <= width + 1 || columns.figures == 0
    let titleWidth = isBesides ? columns.title + 1 : width
    let titleLines = TextMetrics.wrap(band.title, size: PageMeasures.textSize, width: titleWidth)
    let figureLines = TextMetrics.wrap(band.figures, size: PageMeasures.smallSize, width: width)
    let (indent, first) =
      isBesides ? (columns.title + BandColumns.gap, 0) : (0, titleLines.count)
    title = titleLines.enumerated().map { ($1, Drawing.Point(left, y + Double($0) * Self.lineHeight)) }
    figures = figureLines.enumerated().map {
      ($1, Drawing.Point(left + indent, y + Double(first + $0) * Self.lineHeight))
    }
    let lines = max(titleLines.count, first + figureLines.count, 1)
    height = Self.singleHeight + Double(lines - 1) * Self.lineHeight
  }
}
