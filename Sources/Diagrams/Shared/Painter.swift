/// What every painter can do: add plain shapes, and draw what all diagrams share.
protocol Painter {
  /// The page under the brush.
  var drawing: Drawing { get set }
}

extension Painter {
  /// The distance between two lines of hatching in points, along either axis.
  static var hatchSpacing: Double { 5 }

  mutating func add(
    _ string: String, size: Double, paint: Paint = Palette.ink, at: Drawing.Point,
    anchor: Drawing.Text.Anchor = .start
  ) {
    guard !string.isEmpty else { return }
    drawing.texts.append(Drawing.Text(string, size: size, paint: paint, at: at, anchor: anchor))
  }

  /// Writes lines one above the other, the middle of all at one height.
  mutating func add(
    _ lines: [String], size: Double, lineHeight: Double = LabelColumn.lineHeight, paint: Paint = Palette.ink,
    around at: Drawing.Point, anchor: Drawing.Text.Anchor = .start
  ) {
    let first = Drawing.Point(at.x, at.y - lineHeight * Double(lines.count - 1) / 2)
    add(lines, size: size, lineHeight: lineHeight, paint: paint, from: first, anchor: anchor)
  }

  /// Writes lines one above the other, the first at a point.
  mutating func add(
    _ lines: [String], size: Double, lineHeight: Double = LabelColumn.lineHeight, paint: Paint = Palette.ink,
    from at: Drawing.Point, anchor: Drawing.Text.Anchor = .start
  ) {
    for (index, line) in lines.enumerated() {
      let y = at.y + Double(index) * lineHeight
      add(line, size: size, paint: paint, at: Drawing.Point(at.x, y), anchor: anchor)
    }
  }

  mutating func add(_ rectangle: Drawing.Rectangle, fill: Paint, stroke: Paint? = nil, width: Double = 0.5) {
    let outline = Drawing.Stroke(stroke ?? fill, width: stroke == nil ? 0 : width)
    drawing.shapes.append(.rectangle(rectangle, fill: fill, stroke: outline))
  }

  mutating func add(_ from: Drawing.Point, _ to: Drawing.Point, paint: Paint, width: Double = 0.5) {
    drawing.shapes.append(.line([from, to], Drawing.Stroke(paint, width: width)))
  }

  /// Draws rising lines at 45 degrees, clipped to a rectangle; those of neighbours continue each other.
  mutating func hatch(
    _ frame: Drawing.Rectangle, spacing: Double = hatchSpacing, paint: Paint = Palette.hatch,
    width: Double = 0.5
  ) {
    // A line is the points with x + y = level.
    var level = ((frame.left + frame.top) / spacing).rounded(.up) * spacing
    while level < frame.right + frame.bottom {
      let low = min(frame.bottom, level - frame.left)
      let high = max(frame.top, level - frame.right)
      if low > high {
        add(
          Drawing.Point(level - low, low), Drawing.Point(level - high, high), paint: paint, width: width)
      }
      level += spacing
    }
  }

  /// Writes the title and the lines under it.
  mutating func paint(_ heading: PageHeading) {
    var y = heading.top + 7 - PageMeasures.lineHeight
    for line in heading.title.lines {
      y += PageMeasures.lineHeight
      add(line, size: heading.title.size, at: Drawing.Point(heading.left, y))
    }
    y += heading.title.lines.isEmpty ? 0 : 4
    for line in heading.subtitle {
      y += PageMeasures.lineHeight
      add(line, size: PageMeasures.textSize, paint: Palette.muted, at: Drawing.Point(heading.left, y))
    }
  }
}
