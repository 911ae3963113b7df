import PipelineModel

/// The microbatch numbers in the boxes: one font size per kind, set by its narrowest box that can hold one;
/// another in the halves of pairs.
struct BoxLabels {
  private static let largestSize = 9.0
  private var sizes: [Shape: Double] = [:]
  private let smallest: Double
  private let digits: Int
  private let palette: GanttPalette

  /// Boxes of one shape have one size: those of a kind, whole or half, in one band.
  private struct Shape: Hashable {
    let kind: Operation.Kind
    let isHalf: Bool
    let band: Int?
    let height: Double

    init(_ bar: GanttChart.Bar, on lane: GanttLayout.LanePlace) {
      (band, height) = (lane.band, lane.height)
      kind = bar.kind
      isHalf = bar.half != nil
    }
  }

  /// Finds each shape's size. O(operations).
  ///
  /// - Parameter smallest: the size below which numbers are left out.
  init(
    _ chart: GanttChart, bars: VisibleBars, layout: GanttLayout, palette: GanttPalette, smallest: Double
  ) {
    self.palette = palette
    digits = String(bars.highestMicrobatch).utf8.count
    self.smallest = smallest
    for (index, positions) in bars.lanes.enumerated() {
      for bar in chart.lanes[index].bars[positions] where !bar.isTask {
        let size = size(width: (bar.end - bar.start) * layout.pointsPerTime)
        guard size >= smallest else { continue }
        let shape = Shape(bar, on: layout.lanes[index])
        sizes[shape] = min(sizes[shape] ?? Self.tallest(in: shape.height, isHalf: shape.isHalf), size)
      }
    }
    // Hundredths keep equal boxes at equal sizes.
    sizes = sizes.mapValues { ($0 * 100).rounded(.down) / 100 }.filter { $0.value >= smallest }
  }

  /// The number of an operation's microbatch, unless it does not fit the box.
  func label(
    of bar: GanttChart.Bar, _ tint: Tint, on lane: GanttLayout.LanePlace, width: Double
  ) -> Drawing.Label? {
    if bar.isTask {
      let tallest = Self.tallest(in: lane.height, isHalf: false)
      let size = min(tallest, 0.88 * width / TextMetrics.width(of: bar.label, size: 1))
      return size < smallest ? nil : Drawing.Label(bar.label, size: size, paint: palette.ink(of: bar, tint))
    }
    // A box that the window cuts may be narrower than its kind.
    guard let size = sizes[Shape(bar, on: lane)], self.size(width: width) >= 0.97 * size else { return nil }
    return Drawing.Label(bar.label, size: size, paint: palette.ink(of: bar, tint))
  }

  /// The largest font size that a box of a lane takes.
  private static func tallest(in height: Double, isHalf: Bool) -> Double {
    min(largestSize, (isHalf ? 0.36 : 0.65) * height)
  }

  /// The font size at which the widest number fits a box.
  private func size(width: Double) -> Double {
    min(Self.largestSize, 0.88 * width / (TextMetrics.digitWidth * Double(digits)))
  }
}
