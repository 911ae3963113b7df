import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite struct PairTests {
  private static func bar(
    _ kind: Operation.Kind, _ microbatch: Int, _ times: ClosedRange<Double>, half: GanttChart.Half? = nil
  ) -> GanttChart.Bar {
    GanttChart.Bar(
      start: times.lowerBound, end: times.upperBound,
      operation: Operation(kind, stage: Stage.ID(0), microbatch: Microbatch.ID(microbatch)), half: half)
  }

  /// `F0`, then `F1` under `BW0`, then `BW1`.
  private let chart = GanttChart(
    title: "pair",
    lanes: [
      .init(
        name: "Device 0",
        bars: [
          bar(.forward, 0, 0...1), bar(.forward, 1, 1...3, half: .upper),
          bar(.backward, 0, 1...3, half: .lower), bar(.backward, 1, 5...7),
        ])
    ])

  @Test("A pair is one box with two halves")
  func aPairIsOneBoxWithTwoHalves() throws {
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(theme: .light)))
    #expect(svg.failure == nil && svg.operations.count == 4)
    let drawn = svg.operationsByID
    let (before, after) = (try #require(drawn["d0.F.s0.m0"]), try #require(drawn["d0.BW.s0.m1"]))
    let (upper, lower) = (try #require(drawn["d0.F.s0.m1"]), try #require(drawn["d0.BW.s0.m0"]))
    func edges(_ box: DrawnSVG.Operation) -> (top: Double, bottom: Double) {
      (box.points.map(\.y).min() ?? .nan, box.points.map(\.y).max() ?? .nan)
    }
    #expect(upper.left == lower.left && upper.right == lower.right && upper.left == before.right)
    #expect(edges(upper).top == edges(before).top && edges(lower).bottom == edges(after).bottom)
    #expect(edges(upper).bottom == edges(lower).top)
    #expect(edges(upper).bottom - edges(upper).top == edges(lower).bottom - edges(lower).top)
    #expect(upper.attributes["fill"] == "#aac6fb" && lower.attributes["fill"] == "#de91bd")
    #expect(upper.attributes["stroke"] == lower.attributes["stroke"])
    #expect(upper.attributes["stroke"] != before.attributes["stroke"])
    #expect([before, upper, lower, after].map(\.label) == ["0", "1", "0", "1"])
    #expect(upper.tooltip == "F stage 0 microbatch 1 in an overlapped pair: 1 to 3")
    #expect(svg.texts.contains { $0.string == "overlapped pair" })
  }

  @Test("Numbers of halves fit their height")
  func numbersOfHalvesFitTheirHeight() throws {
    let drawing = try chart.drawing()
    for box in drawing.boxes {
      let label = try #require(box.label)
      // A digit is 0.7 of the font size high.
      #expect(0.7 * label.size < 0.8 * box.frame.height)
    }
    #expect(Set(drawing.boxes.compactMap(\.label?.size)).count == 2)
  }

  @Test("The gap after a pair is idle, and the pair is not")
  func theGapAfterAPairIsIdleAndThePairIsNot() throws {
    let drawing = try chart.drawing()
    let box = try #require(drawing.boxes.first { $0.id == "d0.BW.s0.m0" }).frame
    let last = try #require(drawing.boxes.last).frame
    let hatching = drawing.shapes.compactMap { shape -> [Drawing.Point]? in
      guard case .line(let points, let stroke) = shape, stroke.paint == Palette.hatch else { return nil }
      return points.allSatisfy { $0.y >= box.top - 10 } ? points : nil
    }
    #expect(!hatching.isEmpty)
    #expect(hatching.joined().allSatisfy { $0.x >= box.right - 1e-9 && $0.x <= last.left + 1e-9 })
  }

  @Test("Many pairs are merged without counting twice")
  func manyPairsAreMergedWithoutCountingTwice() {
    var merger = ColumnMerger(left: 0, right: 2, tintCount: 1)
    let tint = Tint(0, of: 1)
    merger.add(.forward, tint, from: 0, to: 0.9, share: 0.5)
    merger.add(.backward, tint, from: 0, to: 0.9, share: 0.5)
    // A third of a column is idle time still, though two operations run in it.
    merger.add(.forward, tint, from: 1, to: 1.4, share: 0.5)
    merger.add(.backward, tint, from: 1, to: 1.4, share: 0.5)
    #expect(merger.runs.map(\.left) == [0])
  }

  @Test("Pairs of a schedule are halves only where the problem overlaps them", arguments: [true, false])
  func pairsOfAScheduleAreHalvesOnlyWhereTheProblemOverlapsThem(overlaps: Bool) throws {
    let problem = try Problem.uniform(devices: 1, microbatches: 2)
      .with(overlap: overlaps ? Overlap(forwardBackward: 0.8) : nil)
    let operations = [(Operation.Kind.forward, 0), (.forward, 1), (.backward, 0), (.backward, 1)].map {
      Operation($0, stage: Stage.ID(0), microbatch: Microbatch.ID($1))
    }
    let orders = Orders(operations: operations, bounds: [0, 4], pairs: [1])
    let chart = GanttChart(try Timeline(Schedule(problem: problem, orders: orders)), family: "pair")
    #expect(
      chart.lanes[0].bars.map(\.half) == (overlaps ? [nil, .upper, .lower, nil] : [nil, nil, nil, nil]))
    #expect(try chart.drawing().texts.contains { $0.label.string == "overlapped pair" } == overlaps)
  }
}
