/// How much of either axis a trade-off curve shows: the curve, and of the known schedules those that leave it room.
struct TradeOffRange {
  /// The memory limits drawn.
  let memory: ClosedRange<Double>
  /// The bubbles drawn, as fractions of one.
  let bubble: ClosedRange<Double>

  /// How far beyond the curve a known schedule may be and still have its place on the axis, in lengths of the curve.
  private static let reach = 0.5
  /// An axis begins at zero unless more than this share of it would be empty.
  private static let mostEmpty = 0.4

  /// Fits the axes. O(points + marks).
  init(_ chart: TradeOffChart) {
    let limits = chart.points.map(\.memory) + (chart.infeasibleBelow.map { [$0] } ?? [])
    let bubbles = chart.points.flatMap { [$0.bubble] + ($0.bound.map { [$0] } ?? []) }
    let shown = chart.marks.filter { mark in
      chart.points.count < 2
        || Self.reaches(limits, mark.memory) && Self.reaches(bubbles + [0], mark.bubble)
    }
    memory = Self.range(limits + shown.map(\.memory))
    bubble = Self.shares(bubbles + shown.map(\.bubble))
  }

  /// Whether a schedule has its place on the axes.
  func contains(_ mark: TradeOffChart.Mark) -> Bool {
    memory.contains(mark.memory) && bubble.contains(mark.bubble)
  }

  private static func reaches(_ values: [Double], _ value: Double) -> Bool {
    guard let least = values.min(), let most = values.max() else { return true }
    let reach = reach * (most - least)
    return (least - reach...most + reach).contains(value)
  }

  /// All memory limits, with some air on either side.
  private static func range(_ limits: [Double]) -> ClosedRange<Double> {
    guard let least = limits.min(), let largest = limits.max() else { return 0...1 }
    let span = largest - least
    // Limits that differ by rounding errors only would spread over the page.
    let air = span > 1e-6 * largest ? 0.06 * span : largest > 0 ? 0.25 * largest : 0.5
    return max(0, least - air)...largest + air
  }

  /// All bubbles, with some air above, and below where the axis does not begin at zero.
  private static func shares(_ bubbles: [Double]) -> ClosedRange<Double> {
    let (least, highest) = (max(0, bubbles.min() ?? 0), bubbles.max() ?? 0)
    guard highest > 1e-6 else { return 0...0.01 }
    guard least > mostEmpty * highest, highest - least > 1e-6 else { return 0...1.08 * highest }
    let air = 0.08 * (highest - least)
    return least - air...highest + air
  }
}
