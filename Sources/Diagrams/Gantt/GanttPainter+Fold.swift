/// The mark in place of what the time axis leaves out: a gap through lanes and axis with dots in it.
extension GanttPainter {
  private static let edgeWidth = 0.6

  mutating func paintFold() {
    guard let place = layout.scale.foldPlace else { return }
    let band = Drawing.Rectangle(
      left: place.lowerBound, top: layout.lanesTop - 3, right: place.upperBound, bottom: layout.axisTop + 1)
    let range = chart.fold?.range
    // Boxes lie above all shapes: the gap is one, too.
    drawing.boxes.append(
      Drawing.Box(
        band, fill: Palette.page, stroke: Drawing.Stroke(Palette.page, width: 0),
        label: Drawing.Label("…", size: PageMeasures.textSize, paint: Palette.ink), id: "fold",
        classes: "fold", tooltip: range.map { "\($0.lowerBound.short) to \($0.upperBound.short) left out" }))
    for (index, x) in [band.left, band.right - Self.edgeWidth].enumerated() {
      let edge = Drawing.Rectangle(left: x, top: band.top, right: x + Self.edgeWidth, bottom: band.bottom)
      drawing.boxes.append(
        Drawing.Box(
          edge, fill: Palette.muted, stroke: Drawing.Stroke(Palette.muted, width: 0), id: "fold.\(index)",
          classes: "fold"))
    }
  }
}
