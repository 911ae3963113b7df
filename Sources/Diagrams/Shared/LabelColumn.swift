/// Labels beside the rows of a picture, whole: each in as many lines as its row has room for, the column as wide as
/// that takes.
struct LabelColumn {
  /// The lines of each label; none of an empty one.
  let lines: [[String]]
  /// The widest line in points; 0 without any.
  let width: Double

  /// From one line of ordinary text to the next, inside of a label.
  static let lineHeight = 10.5

  /// So many points, some 250 letters, and no more have labels: no name is as long.
  private static let widest = 1_200.0
  /// What the column grows by until the longest label fits.
  private static let growth = 1.1

  /// Breaks labels into lines.
  ///
  /// O(letters x widths tried).
  ///
  /// - Parameters:
  ///   - heights: the room of each label, one above the other, in points; each has one line at least.
  ///   - narrow: what the longest label has before it takes a second line.
  init(_ labels: [String], size: Double, heights: [Double], narrow: Double = 180) {
    let room = heights.map { max(1, Int((($0 + Self.lineHeight - size) / Self.lineHeight).rounded(.down))) }
    lines = zip(labels, room).map { Self.lines(of: $0, size: size, atMost: $1, narrow: narrow) }
    width = TextMetrics.width(of: lines.joined(), size: size)
  }

  /// A label, or as much of it as any has.
  static func kept(of label: String, size: Double) -> String {
    TextMetrics.fit(label, size: size, width: widest)
  }

  private static func lines(of label: String, size: Double, atMost count: Int, narrow: Double) -> [String] {
    let label = kept(of: label, size: size)
    let whole = TextMetrics.width(of: label, size: size)
    if label.isEmpty || whole <= narrow { return label.isEmpty ? [] : [label] }
    if count > 1 {
      var width = narrow
      while width < whole {
        let lines = TextMetrics.wrap(label, size: size, width: width)
        if lines.count <= count { return lines }
        width *= growth
      }
    }
    return [label]
  }
}
