/// The sizes that all diagrams share, in points.
enum PageMeasures {
  static let margin = 14.0
  static let titleSize = 13.0
  /// The size of ordinary text.
  static let textSize = 9.0
  static let smallSize = 8.0
  /// From one line of ordinary text to the next.
  static let lineHeight = 13.0
  /// From one line of small text to the next.
  static let smallLineHeight = 9.5
  /// Pages up to this width, as the columns of a paper, have no points to spare for margins.
  static let widestColumn = 450.0
  /// The widest page accepted without a time axis: the widest that every viewer of PDF opens.
  static let widestPage = 14_400.0
  /// The widest page that is chosen for long lines of text.
  static let widestChosen = 960.0

  /// The margin of a page of a given width; that of a page whose width is still to be chosen.
  static func margin(ofWidth width: Double?) -> Double {
    width.map { $0 <= widestColumn ? 4 : margin } ?? margin
  }
}

extension DiagramStyle {
  /// The width of a page without a time axis: the style's, or as wide as its text needs.
  ///
  /// - Parameters:
  ///   - text: the widest line on the page, margins left out.
  ///   - least: what the rest of the page needs.
  ///   - chosen: what looks well where nobody gives a width and the text fits.
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the rest of the page.
  func pageWidth(text: Double, least: Double, chosen: Double) throws(DiagramError) -> Double {
    let widest = PageMeasures.widestPage
    guard let width = layoutWidth else {
      let page = min(max(chosen, text + 2 * PageMeasures.margin), PageMeasures.widestChosen)
      return max(least, page).rounded(.up)
    }
    guard width >= least, width <= widest else { throw .widthOutOfRange(width, least...widest) }
    return wholePoints(width)
  }
}

/// A diagram's title and the lines under it, as they fit the page.
struct PageHeading {
  /// The lines of the title, and the font size at which they fit.
  let title: (lines: [String], size: Double)
  /// The lines under the title.
  let subtitle: [String]
  /// Where the lines begin.
  let left: Double
  /// Where they begin above.
  let top: Double

  /// Where the lines end; the legend follows.
  var bottom: Double {
    if title.lines.isEmpty, subtitle.isEmpty { return max(0, top - 6) }
    let further = max(0, title.lines.count - 1) + subtitle.count
    return top + (title.lines.isEmpty ? 4 : 17) + Double(further) * PageMeasures.lineHeight
  }

  /// Breaks the lines to a width.
  init(
    title: String, subtitle: [String], left: Double, width: Double, top: Double = PageMeasures.margin
  ) {
    self.title = Self.fit(title, width: width)
    self.subtitle = subtitle.flatMap { TextMetrics.wrap($0, size: PageMeasures.textSize, width: width) }
    self.left = left
    self.top = top
  }

  /// The width at which nothing is broken, with some room for another font.
  static func width(title: String, subtitle: [String]) -> Double {
    let lines = subtitle.map { TextMetrics.width(of: $0, size: PageMeasures.textSize) }
    return max(TextMetrics.width(of: title, size: PageMeasures.titleSize), lines.max() ?? 0) * 1.03
  }

  private static func fit(_ title: String, width: Double) -> (lines: [String], size: Double) {
    guard !title.isEmpty else { return ([], PageMeasures.titleSize) }
    let full = PageMeasures.titleSize
    let natural = TextMetrics.width(of: title, size: full) * 1.03
    let size =
      natural <= width ? full : max(PageMeasures.textSize, (full * width / natural * 10).rounded(.down) / 10)
    return (TextMetrics.wrap(title, size: size, width: width), size)
  }
}
