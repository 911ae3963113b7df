import Timeline

/// The memory strips under the lanes, all on one scale.
extension GanttPainter {
  /// Beyond so many levels a strip is drawn in half points instead of tenths.
  private static let mostFineLevels = 50_000

  mutating func paintMemory() {
    guard layout.stripHeight > 0 else { return }
    let levelCount = chart.lanes.reduce(0) { $0 + $1.memory.count }
    let grid = levelCount > Self.mostFineLevels ? 0.5 : 0.1
    let largest = chart.lanes.reduce(0) { largest, lane in
      lane.memory.reduce(max(largest, lane.memoryLimit ?? 0)) { max($0, $1.memory) }
    }
    // No unit of memory is so small that a level of it could not be drawn, but the least of all numbers is.
    guard largest > 0, (layout.stripHeight / largest).isFinite else { return }
    let limited = Double(chart.lanes.count { $0.memoryLimit != nil })
    let dashes = Dashes(7, along: (layout.right - layout.left) * limited, palette.limit)
    for (index, lane) in chart.lanes.enumerated() where !lane.memory.isEmpty {
      let bottom = layout.underHost(index) + layout.stripHeight
      paintCurve(lane.memory, bottom: bottom, pointsPerUnit: layout.stripHeight / largest, grid: grid)
      guard let limit = lane.memoryLimit else { continue }
      let y = bottom - limit * layout.stripHeight / largest
      dash(from: Drawing.Point(layout.left, y), to: Drawing.Point(layout.right, y), dashes)
    }
  }

  private mutating func paintCurve(
    _ levels: [MemoryStep], bottom: Double, pointsPerUnit: Double, grid: Double
  ) {
    var outline = [Drawing.Point(layout.left, bottom)]
    func extend(to x: Double, height: Double) {
      guard let last = outline.last, x > last.x else { return }
      let y = bottom - height
      if last.y != y {
        outline.append(Drawing.Point(last.x, y))
      } else if outline.count > 1 {
        outline.removeLast()
      }
      outline.append(Drawing.Point(x, y))
    }
    // Levels that share a place show their highest, so that no peak is lost.
    var held = 0.0
    var column = (x: layout.left, highest: 0.0)
    for level in levels {
      let x = (layout.x(level.time) / grid).rounded() * grid
      if x > column.x {
        extend(to: min(x, column.x + grid), height: column.highest * pointsPerUnit)
        extend(to: x, height: held * pointsPerUnit)
        column = (x, level.memory)
      } else {
        // Everything before the window lies on its left edge and only the last of it lasts.
        column.highest = x <= layout.left ? level.memory : max(column.highest, level.memory)
      }
      held = level.memory
    }
    extend(to: min(layout.right, column.x + grid), height: column.highest * pointsPerUnit)
    extend(to: layout.right, height: held * pointsPerUnit)
    if let last = outline.last { outline.append(Drawing.Point(last.x, bottom)) }
    guard outline.count > 3 || outline.contains(where: { $0.y != bottom }) else { return }
    drawing.shapes.append(
      .polygon(outline, fill: palette.strip, stroke: Drawing.Stroke(palette.strip, width: 0)))
  }
}
