import Testing

@testable import Diagrams

@Suite struct TradeOffCurveTests {
  private typealias Point = TradeOffChart.Point

  @Test("A value holds for larger limits, and a bound for smaller ones")
  func aValueHoldsForLargerLimitsAndABoundForSmallerOnes() {
    // The search did worse under 3 than under 2, and proved more for 3 than for 2.
    let curves = TradeOffCurves([
      Point(memory: 3, bubble: 0.25, bound: 0.15), Point(memory: 1, bubble: 0.4, bound: 0.3),
      Point(memory: 2, bubble: 0.2, bound: 0.1), Point(memory: 2, bubble: 0.3, bound: 0.05),
    ])
    #expect(
      curves.corners == [
        TradeOffCurves.Corner(memory: 1, reached: 0.4, bound: 0.3),
        TradeOffCurves.Corner(memory: 2, reached: 0.2, bound: 0.15),
        TradeOffCurves.Corner(memory: 3, reached: 0.2, bound: 0.15),
      ])
    let reached = curves.reached(to: 5)
    #expect(reached.map(\.memory) == [1, 2, 2, 3, 3, 5])
    #expect(reached.map(\.bubble) == [0.4, 0.4, 0.2, 0.2, 0.2, 0.2])
    let bound = curves.bound(from: 0.5)
    #expect(bound.map(\.memory) == [0.5, 1, 1, 2, 2, 3])
    #expect(bound.map(\.bubble) == [0.3, 0.3, 0.15, 0.15, 0.15, 0.15])
    #expect(curves.undecided.map(\.bubble) == [0.15...0.4, 0.15...0.2])
  }

  @Test("Few, equal and zero values are drawn")
  func fewEqualAndZeroValuesAreDrawn() throws {
    var chart = SampleTradeOff.chart
    chart.marks = []
    chart.infeasibleBelow = nil
    for points in [
      [], [Point(memory: 8, bubble: 0.1, bound: 0.1)], [Point(memory: 0, bubble: 0, bound: 0)],
      [Point(memory: 1e15, bubble: 1, bound: -1e-17)],
      (0..<5).map { Point(memory: Double($0), bubble: 0, bound: 0) },
      (0..<5).map { _ in Point(memory: 8, bubble: 0.1, bound: 0.05) },
      (0..<5).map { Point(memory: 0.43 + Double($0) * 1e-17, bubble: 0.1, bound: 0.05) },
    ] {
      chart.points = points
      let drawing = try chart.drawing()
      let svg = DrawnSVG(try GraphvizRenderer().render(drawing, as: .svg))
      #expect(svg.failure == nil && svg.points.count == points.count)
      #expect(drawing.boxes.allSatisfy { $0.frame.left >= 0 && $0.frame.right <= drawing.width })
      #expect(drawing.boxes.allSatisfy { $0.frame.top >= 0 && $0.frame.bottom <= drawing.height })
    }
  }

  @Test("Many points are small dots, and too many a curve only")
  func manyPointsAreSmallDotsAndTooManyACurveOnly() throws {
    var chart = SampleTradeOff.chart
    func points(_ count: Int) -> [Point] {
      (0..<count).map {
        Point(memory: 4 + Double($0), multiple: Double($0), bubble: 1 / Double($0 + 2), bound: 0)
      }
    }
    chart.points = points(500)
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.points.count == 500)
    // The multiples that are written stand apart.
    let multiples = try chart.drawing().texts.filter { $0.label.string.hasSuffix("×") }
    #expect((5...30).contains(multiples.count))
    for (text, next) in zip(multiples, multiples.dropFirst()) {
      let widths = [text, next].map { TextMetrics.width(of: $0.label.string, size: 8) }
      #expect(next.at.x - text.at.x > (widths[0] + widths[1]) / 2)
    }
    chart.points = points(5_001)
    #expect(try chart.drawing().boxes.allSatisfy { !$0.id.hasPrefix("point") })
  }

  @Test("Names of marks do not overlap")
  func namesOfMarksDoNotOverlap() throws {
    var chart = SampleTradeOff.chart
    // Six at one place on the axis, and six close together in the corner.
    chart.marks = (0..<12).map {
      TradeOffChart.Mark(
        label: "Family \($0)", memory: $0 < 6 ? 8 : 16 + Double($0) * 0.01, bubble: $0 < 6 ? 0 : 0.3)
    }
    let names = try chart.drawing().texts.filter { $0.label.string.hasPrefix("Family") }
    #expect(names.count == 12)
    let frames = names.map { text in
      let width = TextMetrics.width(of: text.label.string, size: text.label.size)
      let left = text.at.x - (text.anchor == .start ? 0 : text.anchor == .end ? width : width / 2)
      return (left: left, right: left + width, top: text.at.y - 4, bottom: text.at.y + 4)
    }
    for (index, a) in frames.enumerated() {
      for b in frames[(index + 1)...] {
        #expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top)
      }
    }
  }

  @Test("The infeasible part is hatched up to its limit")
  func theInfeasiblePartIsHatchedUpToItsLimit() throws {
    let chart = SampleTradeOff.chart
    func hatching(_ chart: TradeOffChart) throws -> [Drawing.Point] {
      let drawing = try chart.drawing()
      return drawing.shapes.flatMap { shape -> [Drawing.Point] in
        guard case .line(let points, let stroke) = shape, stroke.paint == Palette.hatch,
          points.allSatisfy({ $0.y > drawing.height / 3 })
        else { return [] }
        return points
      }
    }
    let tick = try #require(
      try chart.drawing().texts.first { $0.label.string == "2" && $0.anchor == .middle })
    let right = try #require(try hatching(chart).map(\.x).max())
    #expect(right <= tick.at.x + 1e-9 && right > tick.at.x - 5)
    var feasible = chart
    feasible.infeasibleBelow = nil
    #expect(try hatching(feasible).isEmpty)
    #expect(try !feasible.drawing().texts.contains { $0.label.string == "nothing fits" })
  }
}
