import PipelineModel

/// The axes, their names, and the legend.
extension TradeOffPainter {
  private static let size = PageMeasures.smallSize

  mutating func paintAxes() {
    let plot = layout.plot
    for tick in layout.percentTicks.ticks {
      let y = layout.y(tick.value / 100)
      add(Drawing.Point(plot.left, y), Drawing.Point(plot.right, y), paint: Palette.grid)
      write(tick.label, Drawing.Point(plot.left - 5, y), .end)
    }
    for tick in layout.memoryTicks.ticks {
      let x = layout.x(tick.value)
      add(Drawing.Point(x, plot.bottom), Drawing.Point(x, plot.bottom + 3), paint: Palette.muted)
      write(tick.label, Drawing.Point(x, plot.bottom + 9), .middle)
    }
    paintMultiples()
    let corner = Drawing.Point(plot.left, plot.bottom)
    add(Drawing.Point(plot.left, plot.top), corner, paint: Palette.muted, width: 0.6)
    add(corner, Drawing.Point(plot.right, plot.bottom), paint: Palette.muted, width: 0.6)
    paintAxisNames()
  }

  private mutating func paintAxisNames() {
    let plot = layout.plot
    let unit = chart.memoryUnit.isEmpty ? "" : " (\(chart.memoryUnit))"
    let half = plot.width / 2
    write(
      TextMetrics.fit(chart.wording.memory + unit, size: Self.size, width: plot.width),
      Drawing.Point((plot.left + plot.right) / 2, plot.bottom + 21), .middle)
    write(
      TextMetrics.fit(chart.valueName, size: Self.size, width: half - 20) + " (%)",
      Drawing.Point(PageMeasures.margin, layout.edgeNames), .start)
    guard chart.points.contains(where: { $0.multiple != nil }) else { return }
    write(
      TextMetrics.fit("limit as a multiple of 1F1B's peak", size: Self.size, width: half),
      Drawing.Point(plot.right, layout.edgeNames), .end)
  }

  /// Writes the multiples above their limits, as many as have room.
  private mutating func paintMultiples() {
    let plot = layout.plot
    var free = -Double.infinity
    for point in chart.points.sorted(by: { $0.memory < $1.memory }) {
      guard let multiple = point.multiple else { continue }
      let x = layout.x(point.memory)
      let text = "\(multiple.short)×"
      let half = TextMetrics.width(of: text, size: Self.size) / 2
      guard x - half >= free, x + half <= layout.pageWidth else { continue }
      free = x + half + 6
      add(Drawing.Point(x, plot.top - 3), Drawing.Point(x, plot.top), paint: Palette.muted)
      add(Drawing.Point(x, plot.top), Drawing.Point(x, plot.bottom), paint: Palette.grid)
      write(text, Drawing.Point(x, plot.top - 9), .middle)
    }
    if free > -Double.infinity {
      add(Drawing.Point(plot.left, plot.top), Drawing.Point(plot.right, plot.top), paint: Palette.grid)
    }
  }

  private mutating func write(_ text: String, _ at: Drawing.Point, _ anchor: Drawing.Text.Anchor) {
    add(text, size: Self.size, paint: Palette.muted, at: at, anchor: anchor)
  }

  mutating func paintLegend() {
    for (index, (entry, at)) in zip(legend.entries, layout.legendPlaces).enumerated() {
      let sign = Drawing.Rectangle(
        left: at.x, top: at.y, right: at.x + TradeOffLegend.Entry.signWidth, bottom: at.y + 10)
      paint(entry.sign, in: sign, id: "legend.\(index)")
      add(
        entry.text, size: PageMeasures.textSize,
        at: Drawing.Point(at.x + TradeOffLegend.Entry.textOffset, at.y + 5))
    }
  }

  private mutating func paint(_ sign: TradeOffLegend.Sign, in frame: Drawing.Rectangle, id: String) {
    let y = (frame.top + frame.bottom) / 2
    let middle = Drawing.Point((frame.left + frame.right) / 2, y)
    let (start, end) = (Drawing.Point(frame.left, y), Drawing.Point(frame.right, y))
    switch sign {
    case .reached, .optimal:
      add(start, end, paint: TradeOffPalette.reached, width: Self.curveWidth)
      drawing.boxes.append(dot(at: middle, isOptimal: sign == .optimal, id: id, classes: "legend"))
    case .bound:
      add(start, end, paint: TradeOffPalette.bound, width: Self.boundWidth)
    case .undecided:
      add(frame, fill: TradeOffPalette.undecided, stroke: Palette.hatch)
    case .mark:
      drawing.boxes.append(diamond(at: middle, id: id, classes: "legend"))
    case .infeasible:
      add(frame, fill: Palette.lane, stroke: Palette.hatch)
      hatch(frame)
    }
  }
}
