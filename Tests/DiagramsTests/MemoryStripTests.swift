import PipelineModel
import Testing
import Timeline

@testable import Diagrams

@Suite struct MemoryStripTests {
  private func strips(_ drawing: Drawing) -> [[Drawing.Point]] {
    drawing.shapes.compactMap { shape in
      if case .polygon(let points, GanttPalette().strip, _) = shape { points } else { nil }
    }
  }

  private func limitHeights(_ drawing: Drawing) -> [Double] {
    drawing.shapes.compactMap { shape in
      if case .line(let points, let stroke) = shape, stroke.paint == GanttPalette().limit {
        points[0].y
      } else {
        nil
      }
    }
  }

  @Test("A strip is the step curve on one scale")
  func aStripIsTheStepCurveOnOneScale() throws {
    let levels = [(0.0, 2.0), (10, 4), (15, 1), (40, 0)].map {
      MemoryStep(time: $0, memory: $1)
    }
    let operation = Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(0))
    let chart = GanttChart(
      title: "",
      lanes: [
        GanttChart.Lane(
          name: "a", bars: [.init(start: 0, end: 40, operation: operation)], memory: levels, memoryLimit: 8)
      ])
    let drawing = try chart.drawing()
    let points = try #require(strips(drawing).first)
    let bottom = try #require(points.map(\.y).max())
    let (left, right) = (try #require(points.map(\.x).min()), try #require(points.map(\.x).max()))
    let scale = (right - left) / 40
    // Height at the middle of each level; the limit of 8 stands 9.5 points high.
    for (time, memory) in [(5.0, 2.0), (12, 4), (30, 1)] {
      let x = left + time * scale
      let above = zip(points, points.dropFirst()).first { $0.x <= x && $1.x > x }
      #expect(abs(bottom - (try #require(above).0.y) - memory / 8 * 9.5) < 1e-9)
    }
    #expect(limitHeights(drawing).contains { abs($0 - (bottom - 9.5)) < 1e-9 })
  }

  @Test("A window starts at the level held there")
  func aWindowStartsAtTheLevelHeldThere() throws {
    let operation = Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(0))
    let lane = GanttChart.Lane(
      name: "a", bars: [.init(start: 0, end: 40, operation: operation)],
      memory: [(0.0, 4.0), (5, 1)].map { MemoryStep(time: $0, memory: $1) })
    let chart = GanttChart(title: "", lanes: [lane])
    let points = try #require(strips(try chart.drawing(style: DiagramStyle(from: 10, to: 20))).first)
    // A rectangle a quarter of the strip high: the peak lies before the window.
    #expect(points.count == 4)
    let heights = Set(points.map(\.y)).sorted()
    #expect(heights.count == 2 && abs(heights[1] - heights[0] - 9.5 / 4) < 1e-9)
  }
}
