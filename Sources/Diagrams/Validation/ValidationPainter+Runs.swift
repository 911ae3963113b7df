import PipelineModel

/// The bars of each run, and its error.
extension ValidationPainter {
  private static let dotRadius = 2.6

  mutating func paintBars(of index: Int) {
    let run = chart.runs[index]
    let (measured, predicted) = layout.bars(of: index)
    let start = layout.times.left
    let (end, other) = (layout.x(time: run.measured), layout.x(time: run.predicted))
    let tooltip =
      "\(run.name): measured \(run.measured.short(chart.timeUnit)), "
      + "predicted \(run.predicted.short(chart.timeUnit)), error \(run.error.signedPercent)"
    bar(start, end, measured, ValidationPalette.measured, id: "run.\(index).measured", tooltip)
    // A prediction that is too long is drawn up to what was measured, and the rest as what it has too much.
    bar(start, min(end, other), predicted, ValidationPalette.predicted, id: "run.\(index).predicted", tooltip)
    guard run.error != 0 else { return }
    bar(
      min(end, other), max(end, other), predicted, ValidationPalette.error(run.error),
      id: "run.\(index).difference", tooltip)
  }

  private mutating func bar(
    _ left: Double, _ right: Double, _ rows: (top: Double, bottom: Double), _ paint: Paint, id: String,
    _ tooltip: String
  ) {
    let frame = Drawing.Rectangle(left: left, top: rows.top, right: right, bottom: rows.bottom)
    drawing.boxes.append(
      Drawing.Box(
        frame, fill: paint, stroke: Drawing.Stroke(paint, width: 0), id: id, classes: "run", tooltip: tooltip)
    )
  }

  mutating func paintError(of index: Int) {
    let run = chart.runs[index]
    let y = layout.y(of: index)
    let (zero, end) = (layout.x(error: 0), layout.x(error: run.error))
    let paint = ValidationPalette.error(run.error)
    add(Drawing.Point(zero, y), Drawing.Point(end, y), paint: paint, width: 1.6)
    drawing.boxes.append(
      dot(
        at: Drawing.Point(end, y), paint: paint, isFull: run.side != .fitted, id: "run.\(index).error",
        tooltip: "\(run.name): error \(run.error.signedPercent)"))
  }

  /// A dot, full where a run tells how well others are predicted.
  func dot(at: Drawing.Point, paint: Paint, isFull: Bool, id: String, tooltip: String? = nil) -> Drawing.Box {
    let radius = min(Self.dotRadius, layout.pitch / 2)
    let frame = Drawing.Rectangle(
      left: at.x - radius, top: at.y - radius, right: at.x + radius, bottom: at.y + radius)
    return Drawing.Box(
      frame, form: .ellipse, fill: isFull ? paint : Palette.page, stroke: Drawing.Stroke(paint, width: 1.1),
      id: id, classes: "error", tooltip: tooltip)
  }

  mutating func paintLabels(of index: Int) {
    guard layout.hasLabels else { return }
    let run = chart.runs[index]
    let y = layout.y(of: index)
    let size = PageMeasures.smallSize
    add(layout.names[index], size: size, around: Drawing.Point(layout.times.left - 8, y), anchor: .end)
    add(
      run.error.signedPercent, size: size, at: Drawing.Point(layout.pageWidth - PageMeasures.margin, y),
      anchor: .end)
  }
}
