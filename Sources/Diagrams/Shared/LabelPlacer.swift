/// Finds places for names beside the things they name, so that no two names overlap.
struct LabelPlacer {
  /// Where names may stand.
  let bounds: Drawing.Rectangle
  /// What names should not cover, if there is room elsewhere.
  let obstacles: [Drawing.Rectangle]
  private var taken: [Drawing.Rectangle] = []

  init(bounds: Drawing.Rectangle, obstacles: [Drawing.Rectangle]) {
    self.bounds = bounds
    self.obstacles = obstacles
  }

  /// The free place near a point that covers the fewest obstacles; `nil` when none is free.
  ///
  /// O(obstacles + names placed).
  mutating func place(width: Double, height: Double, around at: Drawing.Point) -> Drawing.Rectangle? {
    var best: (frame: Drawing.Rectangle, covered: Int)?
    for offset in Self.offsets(width: width, height: height) {
      let (x, y) = (at.x + offset.x, at.y + offset.y)
      let frame = Drawing.Rectangle(
        left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2)
      guard bounds.contains(frame), !taken.contains(where: { $0.overlaps(frame) }) else { continue }
      let covered = obstacles.count { $0.overlaps(frame) }
      if covered < best?.covered ?? .max { best = (frame, covered) }
      if covered == 0 { break }
    }
    if let best { taken.append(best.frame) }
    return best?.frame
  }

  /// From a point to the middle of its name, best first: beside it, aslant, and where neither has room
  /// over and under it.
  private static func offsets(width: Double, height: Double) -> [Drawing.Point] {
    let (aside, away) = (width / 2 + 6, height / 2 + 5)
    var offsets = [Drawing.Point(aside, 0), Drawing.Point(-aside, 0)]
    for rows in [0.6, 1, 1.4, 2, 3, 4, 5, 6] {
      for (x, y) in [(1.0, -1.0), (1, 1), (-1, -1), (-1, 1)] {
        offsets.append(Drawing.Point(x * aside, y * away * rows))
      }
    }
    offsets += [Drawing.Point(0, -away), Drawing.Point(0, away)]
    return offsets
  }
}

extension Drawing.Rectangle {
  /// Whether another rectangle lies inside.
  fileprivate func contains(_ other: Self) -> Bool {
    other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
  }

  /// Whether two rectangles share more than an edge; one without width or height is a line.
  func overlaps(_ other: Self) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }
}
