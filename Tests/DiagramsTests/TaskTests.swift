import PipelineModel
import Testing

@testable import Diagrams

@Suite("Tasks in pictures")
struct TaskTests {
  private static func bar(_ start: Double, isAhead: Bool) -> GanttChart.Bar {
    GanttChart.Bar(
      start: start, end: start + 2,
      operation: Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(Int(start))),
      chunk: 0, work: GanttChart.Work(kind: nil, label: "t", title: "t", isAhead: isAhead))
  }

  private static func drawing(_ areAhead: [Bool]) throws -> Drawing {
    let bars = areAhead.enumerated().map { bar(3 * Double($0), isAhead: $1) }
    return try GanttChart(title: "t", lanes: [GanttChart.Lane(name: "Device 0", bars: bars)]).drawing()
  }

  private static func dashes(_ drawing: Drawing) -> [[Drawing.Point]] {
    drawing.shapes.compactMap { shape in
      if case .line(let points, let stroke) = shape, stroke.paint == GanttPalette.ahead {
        points
      } else {
        nil
      }
    }
  }

  @Test("Those for the next iteration have dashes around them, and the legend says what they are")
  func ahead() throws {
    let drawing = try Self.drawing([false, true])
    let box = try #require(drawing.boxes.last?.frame)
    let dashes = Self.dashes(drawing)
    // All lie on the outline of the second box or of the sign in the legend, with gaps.
    let own = dashes.filter { $0[0].y >= box.top - 1e-9 }
    #expect(own.count > 8)
    for dash in own {
      #expect(
        dash.allSatisfy { abs($0.x - box.left) < 1e-9 || abs($0.x - box.right) < 1e-9 }
          || dash.allSatisfy { abs($0.y - box.top) < 1e-9 || abs($0.y - box.bottom) < 1e-9 })
    }
    let texts = drawing.texts.map(\.label.string)
    #expect(texts.contains("task") && texts.contains("task for the next iteration"))
    #expect(drawing.boxes.last?.stroke.width == 0 && drawing.boxes.first?.stroke.width != 0)
  }

  @Test("Others have none")
  func usual() throws {
    let drawing = try Self.drawing([false, false])
    #expect(Self.dashes(drawing).isEmpty)
    #expect(!drawing.texts.contains { $0.label.string == "task for the next iteration" })
  }

  @Test("Thousands have longer dashes, not more lines than can be drawn")
  func many() throws {
    #expect(Self.dashes(try Self.drawing(Array(repeating: true, count: 3_000))).count < 40_000)
  }
}
