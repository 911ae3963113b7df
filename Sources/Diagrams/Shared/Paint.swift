/// A colour of a drawing, once for a light and once for a dark page.
///
/// Two paints used for the same kind of thing (filling, outlining, writing) must differ in their light colour
/// unless they agree in the dark one: an SVG that follows the reader's preference tells them apart by it.
package struct Paint: Hashable, Sendable {
  /// The colour on a light page, as 0xRRGGBB.
  package var light: UInt32
  /// The colour on a dark page, as 0xRRGGBB.
  package var dark: UInt32

  /// Joins the two colours, each 0xRRGGBB.
  package init(light: UInt32, dark: UInt32) {
    self.light = light
    self.dark = dark
  }

  /// The colour for a theme, as `#rrggbb`.
  package func hex(_ theme: Theme) -> String {
    let digits = String((theme == .dark ? dark : light) & 0xFFFFFF, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  /// Whether white letters are easier to read on it than black ones: by the relative luminance of WCAG 2.
  var isDark: Bool {
    let channels = [16, 8, 0].map { Double((light >> UInt32($0)) & 0xFF) / 255 }
    // Squares are near enough to the curve of sRGB to choose between two inks.
    let luminance = zip(channels, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    return luminance < 0.18
  }
}
