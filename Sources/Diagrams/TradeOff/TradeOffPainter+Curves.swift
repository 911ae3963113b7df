import PipelineModel

/// The two staircases, the part between them, and the points.
extension TradeOffPainter {
  static let curveWidth = 1.4
  static let boundWidth = 1.0
  private static let largestRadius = 3.0
  private static let smallestRadius = 0.8
  /// More points than this are a curve and nothing else.
  static let mostDots = 5_000

  mutating func paintInfeasible() {
    guard let limit = chart.infeasibleBelow else { return }
    var part = layout.plot
    part.right = layout.x(limit)
    guard part.width > 0 else { return }
    add(part, fill: Palette.lane)
    hatch(part)
    add(
      Drawing.Point(part.right, part.top), Drawing.Point(part.right, part.bottom), paint: Palette.muted)
  }

  mutating func paintUndecided() {
    for (memory, bubble) in curves.undecided {
      let start = place(memory.lowerBound, bubble.upperBound)
      let end = place(memory.upperBound, bubble.lowerBound)
      add(
        Drawing.Rectangle(left: start.x, top: start.y, right: end.x, bottom: end.y),
        fill: TradeOffPalette.undecided)
    }
  }

  mutating func paintCurves() {
    let start = max(layout.memory.lowerBound, chart.infeasibleBelow ?? 0)
    let bound = curves.bound(from: start).map { place($0.memory, $0.bubble) }
    let reached = curves.reached(to: layout.memory.upperBound).map { place($0.memory, $0.bubble) }
    guard !reached.isEmpty else { return }
    if !bound.isEmpty {
      drawing.shapes.append(.line(bound, Drawing.Stroke(TradeOffPalette.bound, width: Self.boundWidth)))
    }
    drawing.shapes.append(.line(reached, Drawing.Stroke(TradeOffPalette.reached, width: Self.curveWidth)))
  }

  mutating func paintPoints() {
    guard chart.points.count <= Self.mostDots else { return }
    for (index, point) in chart.points.enumerated() {
      drawing.boxes.append(
        dot(
          at: place(point.memory, point.bubble), isOptimal: point.isOptimal, id: "point.\(index)",
          classes: point.isOptimal ? "point optimal" : "point", tooltip: tooltip(of: point)))
    }
  }

  /// A full dot where the value is proven optimal, a hollow one elsewhere.
  func dot(
    at: Drawing.Point, isOptimal: Bool, id: String, classes: String, tooltip: String? = nil
  ) -> Drawing.Box {
    Drawing.Box(
      frame(around: at, radius: dotRadius), form: .ellipse,
      fill: isOptimal ? TradeOffPalette.reached : Palette.page,
      stroke: Drawing.Stroke(TradeOffPalette.reached, width: min(1.2, dotRadius * 0.4)), id: id,
      classes: classes, tooltip: tooltip)
  }

  /// Many dots are small ones.
  private var dotRadius: Double {
    let spacing = layout.plot.width / Double(max(1, chart.points.count))
    return max(Self.smallestRadius, min(Self.largestRadius, 0.35 * spacing))
  }

  private func tooltip(of point: TradeOffChart.Point) -> String {
    let multiple = point.multiple.map { " (\($0.short)× 1F1B's peak)" } ?? ""
    let bound = point.bound.map { ", no schedule is below \($0.percent)" } ?? ""
    let proof = point.isOptimal ? ", proven optimal" : bound
    return (point.label.map { "\($0): " } ?? "")
      + "\(chart.wording.memory) \(point.memory.short(chart.memoryUnit))\(multiple): "
      + "\(chart.valueName) \(point.bubble.percent)\(proof)"
  }
}
