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
        placed.lines, size: PageMeasures.textSize, lineHeight: LegendRows.lineHeight,
        from: Drawing.Point(at.x + placed.entry.textOffset, at.y + 5))
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
        add(part, fill: palette.fill(kind, tint), stroke: palette.outline(kind, tint))
        if let stripes = palette.stripes(kind, tint) { stripe(part, stripes) }
      }
    case .direction(let direction):
      let tint = tints.tint(of: direction)
      let outline = palette.outline(.forward, tint)
      var rest = frame
      add(direction.takeEdge(of: &rest), fill: outline, stroke: outline)
      add(rest, fill: palette.fill(.forward, tint), stroke: outline)
    case .pair:
      var (upper, lower) = (frame, frame)
      upper.bottom = (frame.top + frame.bottom) / 2
      lower.top = upper.bottom
      let tint = Tint(0, of: tints.tints.count)
      add(upper, fill: palette.fill(.forward, tint), stroke: GanttPalette.pairOutline)
      add(lower, fill: palette.fill(.backward, tint), stroke: GanttPalette.pairOutline)
    case .task, .taskAhead:
      add(frame, fill: GanttPalette.task, stroke: GanttPalette.taskStripes)
      stripe(frame, GanttPalette.taskStripes)
      if sign == .taskAhead { dash(around: frame, Dashes(3, along: 0, GanttPalette.ahead)) }
    case .moved:
      add(frame, fill: Palette.lane, stroke: GanttPalette.moved, width: Self.movedWidth)
    case .tooEarly, .tooLate:
      var mark = frame
      mark.top += frame.height * 0.6
      add(mark, fill: ValidationPalette.error(sign == .tooEarly ? -1 : 1))
    case .optimizerStep:
      add(frame, fill: palette.optimizer, stroke: Palette.muted)
    case .idle:
      add(frame, fill: Palette.lane, stroke: palette.idle)
      if hatchesIdleTime { hatch(frame, paint: palette.idle) }
    case .host:
      for way in [HostTransfer.Way.offload, .reload] {
        add(way.channel(of: frame), fill: palette.transfer(way))
      }
    case .memory:
      var half = frame
      half.top += frame.height * 0.4
      add(half, fill: palette.strip)
    case .memoryLimit:
      let middle = (frame.top + frame.bottom) / 2
      dash(
        from: Drawing.Point(frame.left, middle), to: Drawing.Point(frame.right, middle),
        Dashes(4.5, along: 0, palette.limit))
    case .none:
      break
    }
  }

  mutating func paintAxis() {
    let y = layout.axisTop
    for tick in axisTicks {
      let x = layout.x(tick.value)
      add(Drawing.Point(x, layout.lanesTop - 3), Drawing.Point(x, y), paint: Palette.grid)
      add(Drawing.Point(x, y), Drawing.Point(x, y + 3), paint: Palette.muted)
      addSmall(tick.label, around: Drawing.Point(x, y + 9))
    }
    add(
      Drawing.Point(layout.left, y), Drawing.Point(layout.right, y), paint: Palette.muted, width: 0.6)
    for (index, line) in layout.axisTitle.enumerated() {
      let below = 21 + Double(index) * PageMeasures.smallLineHeight
      addSmall(line, around: Drawing.Point((layout.left + layout.right) / 2, y + below))
    }
  }

  /// Small text around a place, as far as the page has room on both sides.
  private mutating func addSmall(_ text: String, around at: Drawing.Point) {
    let half = TextMetrics.width(of: text, size: PageMeasures.smallSize) * 0.52
    add(
      text, size: PageMeasures.smallSize, paint: Palette.muted,
      at: Drawing.Point(max(half, min(at.x, layout.pageWidth - half)), at.y), anchor: .middle)
  }

  /// The round moments to mark, none of them where the axis is folded.
  private var axisTicks: [(value: Double, label: String)] {
    let width = layout.right - layout.left
    let spacing = width < Self.narrowAxis ? 40.0 : 70
    guard let fold = layout.scale.fold, let place = layout.scale.foldPlace else {
      return AxisTicks(layout.range, length: width, spacing: spacing, size: PageMeasures.smallSize).ticks
    }
    let length = layout.pointsPerTime * (layout.range.upperBound - layout.range.lowerBound)
    return AxisTicks(layout.range, length: length, spacing: spacing, size: PageMeasures.smallSize).ticks
      .filter { tick in
        let half = TextMetrics.width(of: tick.label, size: PageMeasures.smallSize) / 2
        let x = layout.x(tick.value)
        let isClear = x + half < place.lowerBound || x - half > place.upperBound
        return !fold.range.contains(tick.value) && isClear
      }
  }

  /// A shorter axis has its marks closer to each other, in points.
  private static let narrowAxis = 260.0
}

extension GanttChart {
  /// The quantity and its unit, and what a window or a fold leaves out.
  func axisTitle(of range: ClosedRange<Double>) -> String {
    var parts = [timeUnit.isEmpty ? "time" : "time (\(timeUnit))"]
    if let whole = timeRange, whole != range {
      parts.append(
        "\(range.lowerBound.short) to \(range.upperBound.short)"
          + " of \(whole.lowerBound.short) to \(whole.upperBound.short)")
    }
    if let fold { parts.append("\(fold.range.lowerBound.short) to \(fold.range.upperBound.short) left out") }
    return parts.joined(separator: " · ")
  }
}
