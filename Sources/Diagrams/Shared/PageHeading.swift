/// The sizes that all diagrams share, in points.
enum PageMeasures {
  static let margin = 14.0
  static let titleSize = 13.0
  static let textSize = 9.0
  static let smallSize = 8.0
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
