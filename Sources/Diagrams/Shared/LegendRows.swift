/// The places of a legend's entries, row by row.
struct LegendRows {
  /// Where each entry begins: its left end and its top.
  let places: [Drawing.Point]
  /// Where the last row ends.
  let bottom: Double

  /// From one line of an entry's text to the next.
  static let lineHeight = 11.0

  /// Places entries of the given widths, opening a row where one is full.
  ///
  /// - Parameter lineCounts: how many lines each entry has; one where left out.
  init(widths: [Double], lineCounts: [Int]? = nil, left: Double, top: Double, width: Double) {
    var at = Drawing.Point(left, top)
    var lines = 1
    places = widths.enumerated().map { index, entry in
      if at.x > left, at.x + entry > left + width {
        at = Drawing.Point(left, at.y + 15 + Double(lines - 1) * Self.lineHeight)
        lines = 1
      }
      lines = max(lines, lineCounts?[index] ?? 1)
      defer { at.x += entry + 16 }
      return at
    }
    bottom = widths.isEmpty ? top : at.y + 10 + Double(lines - 1) * Self.lineHeight
  }
}
