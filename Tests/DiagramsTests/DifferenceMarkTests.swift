import PipelineModel
import Testing

@testable import Diagrams

@Suite("Operations that start elsewhere than observed")
struct DifferenceMarkTests {
  @Test("have a mark from the one start to the other, told in the legend; others have none")
  func marks() throws {
    func operation(_ microbatch: Int) -> Operation {
      Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(microbatch))
    }
    func chart(_ observed: [Double?]) -> GanttChart {
      GanttChart(
        title: "",
        lanes: [
          GanttChart.Lane(
            name: "Device 0",
            bars: observed.enumerated().map { index, start in
              GanttChart.Bar(
                start: Double(10 * index), end: Double(10 * index + 8), operation: operation(index),
                observedStart: start)
            })
        ])
    }
    func marks(_ drawing: Drawing, _ error: Double) -> [Drawing.Rectangle] {
      drawing.shapes.compactMap { shape in
        guard case .rectangle(let frame, let fill, _) = shape, fill == ValidationPalette.error(error) else {
          return nil
        }
        return frame
      }
    }
    let drawing = try chart([0, 12, 19, nil]).drawing(style: DiagramStyle(width: 1_000))
    let boxes = drawing.boxes.map(\.frame)
    let perUnit = (boxes[1].left - boxes[0].left) / 10
    // The second starts two too early, the third one too late; each sign of the legend is one more.
    let (early, late) = (marks(drawing, -1), marks(drawing, 1))
    #expect(early.count == 2 && late.count == 2)
    #expect(early.contains { abs($0.left - boxes[1].left) < 1e-6 && abs($0.width - 2 * perUnit) < 1e-6 })
    #expect(late.contains { abs($0.right - boxes[2].left) < 1e-6 && abs($0.width - perUnit) < 1e-6 })
    #expect(early.allSatisfy { mark in boxes.allSatisfy { $0.bottom <= mark.top || $0.top >= mark.bottom } })
    let plain = try chart([nil, nil, nil, nil]).drawing(style: DiagramStyle(width: 1_000))
    #expect(marks(plain, -1).isEmpty && marks(plain, 1).isEmpty)
  }
}
