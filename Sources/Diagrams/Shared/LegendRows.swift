/// The places of a legend's entries, row by row.
struct LegendRows {
  /// Where each entry begins: its left end and its top.
  let places: [Drawing.Point]
  /// Where the last row ends.
  let bottom: Double

  /// Places entries of the given widths, opening a row where one is full.
  init(widths: [Double], left: Double, top: Double, width: Double) {
    var at = Drawing.Point(left, top)
    places = widths.map { entry in
      if at.x > left, at.x + entry > left + width { at = Drawing.Point(left, at.y + 15) }
      defer { at.x += entry + 16 }
      return at
    }
    bottom = at.y + 10
  }
}
