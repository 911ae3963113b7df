/// The lanes with their labels, and the hatching of idle time.
extension GanttPainter {
  /// More hatching than this is grey noise and slow to draw.
  private static let mostHatchLines = 5_000
  /// A narrower gap shows as well without hatching.
  private static let narrowestHatchedGap = 2.0

  func laneFrame(_ lane: Int) -> Drawing.Rectangle {
    let place = layout.lanes[lane]
    return Drawing.Rectangle(
      left: layout.left, top: place.top, right: place.right, bottom: place.top + place.height)
  }

  mutating func paintLanes() {
    // Labels of lanes lower than a line of text would overlap: every so manyth is written.
    let stride = max(1, Int((PageMeasures.textSize * 1.1 / layout.pitch).rounded(.up)))
    var row = 0
    for (index, lane) in chart.lanes.enumerated() {
      let frame = laneFrame(index)
      add(frame, fill: Palette.lane)
      if layout.lanes[index].row == 0 { row = 0 }
      // A stream's name has its own lane for room, and some of what is between lanes.
      let isNamed =
        lane.isThin ? 1.2 * frame.height >= PageMeasures.textSize : row.isMultiple(of: stride)
      row += lane.isThin ? 0 : 1
      guard isNamed else { continue }
      let middle = (frame.top + frame.bottom) / 2
      add(
        layout.names[index], size: PageMeasures.textSize, around: Drawing.Point(layout.left - 8, middle),
        anchor: .end)
      add(
        layout.notes[index], size: PageMeasures.smallSize, lineHeight: PageMeasures.smallLineHeight,
        paint: Palette.muted, around: Drawing.Point(layout.right + GanttLayout.columnGap, middle))
    }
    paintBreaks()
  }

  /// Three dots between lanes where some are left out.
  private mutating func paintBreaks() {
    for (index, lane) in chart.lanes.enumerated() where lane.followsBreak {
      let bottom = laneFrame(index).top - (layout.pitch - layout.laneHeight) / 2
      for dot in 0..<3 {
        let (x, y) = (layout.left - GanttLayout.columnGap - 4, bottom - 3.5 * Double(dot))
        add(
          Drawing.Rectangle(left: x - 0.7, top: y - 0.7, right: x + 0.7, bottom: y + 0.7),
          fill: Palette.muted)
      }
    }
  }

  /// Writes what neighbouring lanes have in common beside a bracket around them.
  mutating func paintGroups() {
    guard let x = layout.brackets else { return }
    for (group, lines) in zip(chart.groups, layout.groups) where !lines.isEmpty {
      let (top, bottom) = (
        laneFrame(group.lanes.lowerBound).top, laneFrame(group.lanes.upperBound - 1).bottom
      )
      let ends = [top, bottom].map { Drawing.Point(x + 3, $0) }
      let line = [ends[0], Drawing.Point(x, top), Drawing.Point(x, bottom), ends[1]]
      drawing.shapes.append(.line(line, Drawing.Stroke(Palette.muted, width: 0.6)))
      guard bottom - top >= PageMeasures.textSize else { continue }
      add(
        lines, size: PageMeasures.textSize, around: Drawing.Point(x - 5, (top + bottom) / 2), anchor: .end)
    }
  }

  mutating func paintIdleTime() {
    var gaps: [Drawing.Rectangle] = []
    var lineCount = 0.0
    for index in chart.lanes.indices {
      for gap in self.gaps(index) {
        gaps.append(gap)
        lineCount += (gap.width + gap.height) / Self.hatchSpacing
        guard lineCount <= Double(Self.mostHatchLines) else { return }
      }
    }
    for gap in gaps { hatch(gap, paint: palette.idle) }
    hatchesIdleTime = true
  }

  /// The stretches of a lane without an operation that are wide enough to hatch.
  private func gaps(_ index: Int) -> [Drawing.Rectangle] {
    let lane = chart.lanes[index]
    var gap = laneFrame(index)
    var gaps: [Drawing.Rectangle] = []
    func close(at x: Double) {
      gap.right = x
      if gap.width >= Self.narrowestHatchedGap { gaps.append(gap) }
    }
    for bar in lane.bars[bars.lanes[index]] {
      close(at: layout.x(bar.start))
      gap.left = max(gap.left, layout.x(bar.end))
    }
    if let step = lane.optimizerStep {
      close(at: layout.x(step.lowerBound))
      gap.left = max(gap.left, layout.x(step.upperBound))
    }
    close(at: layout.lanes[index].right)
    return gaps
  }

  mutating func paintOptimizerSteps() {
    for (index, lane) in chart.lanes.enumerated() {
      guard let step = lane.optimizerStep, step.upperBound > step.lowerBound else { continue }
      var frame = laneFrame(index)
      frame.left = layout.x(step.lowerBound)
      frame.right = layout.x(step.upperBound)
      guard frame.width > 0 else { continue }
      add(frame, fill: palette.optimizer, stroke: Palette.muted)
    }
  }
}
