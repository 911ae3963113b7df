import PipelineModel

/// The operations: named boxes while there are few, bare rectangles when there are many, and where even those
/// are too narrow to see, one rectangle per point of width in its main colour.
extension GanttPainter {
  /// Up to here every operation carries a tooltip.
  static let mostTooltips = 5_000
  /// Up to here every operation is a box with a name.
  static let mostBoxes = 50_000
  /// The width of the outline of what has moved, in points.
  static let movedWidth = 1.4
  /// Narrower rectangles are merged, in points.
  static let narrowestRectangle = 1.0

  mutating func paintOperations() {
    let count = bars.count
    guard count <= Self.mostBoxes else { return paintRectangles() }
    let labels = BoxLabels(
      chart, bars: bars, layout: layout, palette: palette, smallest: smallestLabel)
    drawing.boxes.reserveCapacity(count)
    let dashes = aheadDashes
    for index in chart.lanes.indices {
      let place = layout.lanes[index]
      for bar in chart.lanes[index].bars[bars.lanes[index]] {
        let operation = bar.operation
        let symbol = bar.isTask ? "T" : bar.kind.symbol
        let tint = tints.tint(of: bar)
        var frame = frame(of: bar, lane: index)
        paintEdge(of: bar, tint, &frame)
        let isStriped = paintStripes(of: bar, tint, in: frame)
        // On stripes, which lie under the box, not under what is bare.
        if bar.isAhead, isStriped { dash(around: frame, dashes) }
        drawing.boxes.append(
          Drawing.Box(
            frame, fill: palette.fill(of: bar, tint), isClear: isStriped,
            stroke: stroke(of: bar, tint, width: frame.width),
            label: labels.label(of: bar, tint, on: place, width: frame.width),
            id: place.id(symbol, operation),
            classes: "op \(symbol)" + place.classes(of: operation) + (bar.isMoved ? " moved" : ""),
            tooltip: count <= Self.mostTooltips ? tooltip(of: bar) : nil))
      }
    }
  }

  /// A frame even for an operation without length, inside the chart.
  private func frame(of bar: GanttChart.Bar, lane: Int) -> Drawing.Rectangle {
    var frame = laneFrame(lane)
    frame.left = layout.x(bar.start)
    frame.right = layout.x(bar.end)
    let middle = (frame.top + frame.bottom) / 2
    switch bar.half {
    case nil: break
    case .upper: frame.bottom = middle
    case .lower: frame.top = middle
    }
    return frame
  }

  /// Marks a direction by a bar along the edge that its microbatch travels towards: the lower one for higher
  /// devices. The frame loses the bar.
  private mutating func paintEdge(of bar: GanttChart.Bar, _ tint: Tint, _ frame: inout Drawing.Rectangle) {
    guard let direction = bar.direction else { return }
    let outline = palette.outline(of: bar, tint)
    let edge = direction.takeEdge(of: &frame)
    add(edge, fill: outline, stroke: outline, width: frame.width >= 4 ? 0.5 : 0)
  }

  /// Narrow boxes get thinner outlines, or nothing of their fill would be left. The halves of a pair have one
  /// outline, so that they look like one box.
  private func stroke(of bar: GanttChart.Bar, _ tint: Tint, width: Double) -> Drawing.Stroke {
    if bar.isMoved { return Drawing.Stroke(GanttPalette.moved, width: min(Self.movedWidth, width / 3)) }
    if bar.isAhead { return Drawing.Stroke(GanttPalette.taskStripes, width: 0) }
    let outline =
      bar.half == nil ? palette.outline(of: bar, tint) : GanttPalette.pairOutline
    return Drawing.Stroke(outline, width: width >= 4 ? 0.5 : width >= 1.5 ? 0.2 : 0)
  }

  private func tooltip(of bar: GanttChart.Bar) -> String {
    let operation = bar.operation
    let unit = chart.timeUnit.isEmpty ? "" : " " + chart.timeUnit
    let name =
      bar.work?.title
      ?? "\(operation.kind.symbol) stage \(operation.stage) microbatch \(operation.microbatch)"
    return name
      + "\(bar.half == nil ? "" : " in an overlapped pair"): \(bar.start.short) to \(bar.end.short)\(unit)"
  }

  private mutating func paintRectangles() {
    for index in chart.lanes.indices {
      var columns = ColumnMerger(left: layout.left, right: layout.right, tintCount: tints.tints.count)
      for bar in chart.lanes[index].bars[bars.lanes[index]] {
        let tint = tints.tint(of: bar)
        var frame = frame(of: bar, lane: index)
        if frame.width >= Self.narrowestRectangle {
          paintEdge(of: bar, tint, &frame)
          drawing.shapes.append(
            .rectangle(
              frame, fill: palette.fill(of: bar, tint),
              stroke: stroke(of: bar, tint, width: frame.width)))
          if let stripes = palette.stripes(of: bar, tint) { stripe(frame, stripes) }
        } else {
          columns.add(
            bar.kind, tint, from: frame.left, to: frame.right, share: bar.half == nil ? 1 : 0.5)
        }
      }
      for run in columns.runs {
        var frame = laneFrame(index)
        frame.left = run.left
        frame.right = run.right
        add(frame, fill: palette.fill(run.kind, run.tint))
      }
    }
  }
}

extension GanttChart.Direction {
  /// A direction's bar, as a share of the height of its box.
  private static let edgeShare = 0.16

  /// Cuts the bar that marks the direction off a box.
  func takeEdge(of frame: inout Drawing.Rectangle) -> Drawing.Rectangle {
    var edge = frame
    switch self {
    case .ascending:
      frame.bottom -= Self.edgeShare * frame.height
      edge.top = frame.bottom
    case .descending:
      frame.top += Self.edgeShare * frame.height
      edge.bottom = frame.top
    }
    return edge
  }
}
