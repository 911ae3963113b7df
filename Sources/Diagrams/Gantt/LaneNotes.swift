/// The remarks right of lanes: on a page of a given width broken into lines, or left out, as time needs the room.
struct LaneNotes {
  /// The lines of each remark; none where it is left out.
  let lines: [[String]]
  /// The widest line, with the gap beside it; 0 without any.
  let width: Double

  /// What time has of a page at least before remarks have any.
  private static let shareOfTime = 0.5

  /// Finds room for remarks.
  ///
  /// - Parameters:
  ///   - left: what stands left of the lanes.
  ///   - margin: what is left free on the page's right.
  init(
    _ notes: [String], laneHeight: Double, beside left: Double, margin: Double, _ style: DiagramStyle
  ) {
    let notes = notes.map { LabelColumn.kept(of: $0, size: PageMeasures.smallSize) }
    let whole = notes.map { $0.isEmpty ? [] : [$0] }
    guard let page = style.layoutWidth else {
      (lines, width) = (whole, Self.width(of: whole))
      return
    }
    let parts = notes.map { $0.split(separator: " · ").map(String.init) }
    let room = max(1, Int(laneHeight / PageMeasures.smallLineHeight))
    let isBroken = parts.allSatisfy { $0.count <= room }
    for lines in isBroken ? [whole, parts] : [whole] {
      let width = Self.width(of: lines)
      let chart = page - left - max(width, margin) - margin
      if chart >= max(GanttLayout.leastChart, Self.shareOfTime * page) {
        (self.lines, self.width) = (lines, width)
        return
      }
    }
    (lines, width) = (notes.map { _ in [] }, 0)
  }

  private static func width(of lines: [[String]]) -> Double {
    GanttLayout.withGap(TextMetrics.width(of: lines.joined(), size: PageMeasures.smallSize))
  }
}
