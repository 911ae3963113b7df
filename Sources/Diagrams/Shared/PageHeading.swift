/// The sizes that all diagrams share, in points.
enum PageMeasures {
  static let margin = 14.0
  static let titleSize = 13.0
  static let textSize = 9.0
  static let smallSize = 8.0
  /// The widest page accepted without a time axis: the widest that every viewer of PDF opens.
  static let widestPage = 14_400.0
  /// The widest page that is chosen for long lines of text.
  static let widestChosen = 960.0
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
    guard let width else {
      let page = min(max(chosen, text + 2 * PageMeasures.margin), PageMeasures.widestChosen)
      return max(least, page).rounded(.up)
    }
    guard width >= least, width <= widest else { throw .widthOutOfRange(width, least...widest) }
    return width.rounded(.up)
  }
}

/// A diagram's title and the lines under it, as they fit the page.
struct PageHeading {
  /// The title, and the font size at which it fits.
  let title: (text: String, size: Double)
  /// The lines under the title.
  let subtitle: [String]
  /// Where the lines begin.
  let left: Double

  /// Where the lines end; the legend follows.
  var bottom: Double { PageMeasures.margin + 17 + Double(subtitle.count) * 13 }

  /// Cuts the lines to a width.
  init(title: String, subtitle: [String], left: Double, width: Double) {
    self.title = Self.fit(title, width: width)
    self.subtitle = subtitle.map { TextMetrics.fit($0, size: PageMeasures.textSize, width: width) }
    self.left = left
  }

  /// The width at which nothing is cut, with some room for another font.
  static func width(title: String, subtitle: [String]) -> Double {
    let lines = subtitle.map { TextMetrics.width(of: $0, size: PageMeasures.textSize) }
    return max(TextMetrics.width(of: title, size: PageMeasures.titleSize), lines.max() ?? 0) * 1.03
  }

  private static func fit(_ title: String, width: Double) -> (text: String, size: Double) {
    let full = PageMeasures.titleSize
    let natural = TextMetrics.width(of: title, size: full) * 1.03
    let size = natural <= width ? full : max(9, (full * width / natural * 10).rounded(.down) / 10)
    return (TextMetrics.fit(title, size: size, width: width), size)
  }
}
