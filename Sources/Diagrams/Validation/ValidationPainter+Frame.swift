import PipelineModel

/// The axes, their names, and the legend.
extension ValidationPainter {
  private static let size = PageMeasures.smallSize

  mutating func paintFrame() {
    let (times, errors) = (layout.times, layout.errors)
    if let allowed = chart.allowed {
      let (left, right) = (layout.x(error: -allowed), layout.x(error: allowed))
      add(
        Drawing.Rectangle(left: left, top: errors.top, right: right, bottom: errors.bottom),
        fill: ValidationPalette.allowed)
    }
    let layout = layout
    paintTicks(layout.timeTicks, in: times) { layout.x(time: $0) }
    paintTicks(layout.errorTicks, in: errors) { layout.x(error: $0 / 100) }
    let zero = layout.x(error: 0)
    add(Drawing.Point(times.left, times.top), Drawing.Point(times.left, times.bottom), paint: Palette.muted)
    add(Drawing.Point(zero, errors.top), Drawing.Point(zero, errors.bottom), paint: Palette.muted)
    let unit = chart.timeUnit.isEmpty ? "" : " (\(chart.timeUnit))"
    write("iteration" + unit, under: times)
    write("error (%)", under: errors)
  }

  private mutating func paintTicks(
    _ ticks: AxisTicks, in panel: Drawing.Rectangle, _ place: (Double) -> Double
  ) {
    for tick in ticks.ticks {
      let x = place(tick.value)
      add(Drawing.Point(x, panel.top), Drawing.Point(x, panel.bottom + 3), paint: Palette.grid)
      add(
        tick.label, size: Self.size, paint: Palette.muted, at: Drawing.Point(x, panel.bottom + 9),
        anchor: .middle)
    }
    add(
      Drawing.Point(panel.left, panel.bottom), Drawing.Point(panel.right, panel.bottom), paint: Palette.muted,
      width: 0.6)
  }

  private mutating func write(_ name: String, under panel: Drawing.Rectangle) {
    add(
      TextMetrics.fit(name, size: Self.size, width: panel.width), size: Self.size, paint: Palette.muted,
      at: Drawing.Point((panel.left + panel.right) / 2, panel.bottom + 21), anchor: .middle)
  }

  mutating func paintLegend() {
    for (index, (entry, at)) in zip(legend.entries, layout.legendPlaces).enumerated() {
      let frame = Drawing.Rectangle(
        left: at.x, top: at.y + 1.5, right: at.x + ValidationLegend.Entry.signWidth, bottom: at.y + 8.5)
      paint(entry.sign, in: frame, id: "legend.\(index)")
      add(
        entry.text, size: PageMeasures.textSize,
        at: Drawing.Point(at.x + ValidationLegend.Entry.textOffset, at.y + 5))
    }
  }

  private mutating func paint(_ sign: ValidationLegend.Sign, in frame: Drawing.Rectangle, id: String) {
    let middle = Drawing.Point((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
    switch sign {
    case .measured: add(frame, fill: ValidationPalette.measured)
    case .predicted: add(frame, fill: ValidationPalette.predicted)
    case .short: add(frame, fill: ValidationPalette.short)
    case .long: add(frame, fill: ValidationPalette.long)
    case .allowed: add(frame, fill: ValidationPalette.allowed, stroke: Palette.hatch)
    case .fitted, .heldOut:
      drawing.boxes.append(dot(at: middle, paint: Palette.muted, isFull: sign == .heldOut, id: id))
    }
  }
}
