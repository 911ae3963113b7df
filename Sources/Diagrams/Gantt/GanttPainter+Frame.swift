import Timeline

/// The legend and the time axis.
extension GanttPainter {
  mutating func paintLegend() {
    for placed in layout.legend {
      let at = placed.at
      let sign = Drawing.Rectangle(
        left: at.x, top: at.y, right: at.x + placed.entry.signWidth, bottom: at.y + 10)
      paint(placed.entry.sign, in: sign)
      add(
        placed.entry.text, size: PageMeasures.textSize,
        at: Drawing.Point(at.x + placed.entry.textOffset, at.y + 5))
    }
  }

  private mutating func paint(_ sign: GanttLegend.Entry.Sign, in frame: Drawing.Rectangle) {
    switch sign {
    case .kind(let kind, let tints):
      let width = frame.width / Double(tints.count)
      for (index, tint) in tints.enumerated() {
        var part = frame
        part.left = frame.left + Double(index) * width
        part.right = part.left + width
        add(part, fill: GanttPalette.fill(kind, tint), stroke: GanttPalette.outline(kind, tint))
        if let stripes = GanttPalette.stripes(kind, tint) { stripe(part, stripes) }
      }
    case .direction(let direction):
      let tint = tints.tint(of: direction)
      let outline = GanttPalette.outline(.forward, tint)
      var rest = frame
      add(direction.takeEdge(of: &rest), fill: outline, stroke: outline)
      add(rest, fill: GanttPalette.fill(.forward, tint), stroke: outline)
    case .pair:
      var (upper, lower) = (frame, frame)
      upper.bottom = (frame.top + frame.bottom) / 2
      lower.top = upper.bottom
      let tint = Tint(0, of: tints.tints.count)
      add(upper, fill: GanttPalette.fill(.forward, tint), stroke: GanttPalette.pairOutline)
      add(lower, fill: GanttPalette.fill(.backward, tint), stroke: GanttPalette.pairOutline)
    case .tooEarly, .tooLate:
      var mark = frame
      mark.top += frame.height * 0.6
      add(mark, fill: ValidationPalette.error(sign == .tooEarly ? -1 : 1))
    case .optimizerStep:
      add(frame, fill: GanttPalette.optimizer, stroke: Palette.muted)
    case .idle:
      add(frame, fill: Palette.lane, stroke: Palette.hatch)
      if hatchesIdleTime { hatch(frame) }
    case .host:
      for way in [HostTransfer.Way.offload, .reload] {
        add(way.channel(of: frame), fill: GanttPalette.transfer(way))
      }
    case .memory:
      var half = frame
      half.top += frame.height * 0.4
      add(half, fill: GanttPalette.strip)
    case .memoryLimit:
      dash(from: frame.left, to: frame.right, y: (frame.top + frame.bottom) / 2, period: 4.5)
    case .none:
      break
    }
  }

  mutating func paintAxis() {
    let axis = AxisTicks(
      layout.range, length: layout.right - layout.left, size: PageMeasures.smallSize)
    let y = layout.axisTop
    for tick in axis.ticks {
      let x = layout.x(tick.value)
      add(Drawing.Point(x, layout.lanesTop - 3), Drawing.Point(x, y), paint: Palette.grid)
      add(Drawing.Point(x, y), Drawing.Point(x, y + 3), paint: Palette.muted)
      add(
        tick.label, size: PageMeasures.smallSize, paint: Palette.muted, at: Drawing.Point(x, y + 9),
        anchor: .middle)
    }
    add(
      Drawing.Point(layout.left, y), Drawing.Point(layout.right, y), paint: Palette.muted, width: 0.6)
    add(
      axisTitle, size: PageMeasures.smallSize, paint: Palette.muted,
      at: Drawing.Point((layout.left + layout.right) / 2, y + 21), anchor: .middle)
  }

  /// The quantity and its unit, and what a window leaves out.
  private var axisTitle: String {
    let title = chart.timeUnit.isEmpty ? "time" : "time (\(chart.timeUnit))"
    guard let whole = chart.timeRange, whole != layout.range else { return title }
    return title + " · \(layout.range.lowerBound.short) to \(layout.range.upperBound.short)"
      + " of \(whole.lowerBound.short) to \(whole.upperBound.short)"
  }
}
