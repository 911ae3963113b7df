import PipelineModel
import Testing

@testable import Diagrams

@Suite struct ScaleTests {
  @Test("Tooltips go first")
  func tooltipsGoFirst() throws {
    let sample = SampleChart(devices: 8, microbatches: 210)  // 5,040 operations
    let svg = DrawnSVG(try sample.chart.render(as: .svg))
    #expect(svg.operations.count == 5_040)
    #expect(svg.operations.allSatisfy { $0.tooltip == nil })
    // A window brings them back.
    let part = DrawnSVG(try sample.chart.render(as: .svg, style: DiagramStyle(from: 100, to: 120)))
    #expect(!part.operations.isEmpty)
    #expect(part.operations.allSatisfy { $0.tooltip != nil && $0.label != nil })
  }

  @Test("Huge schedules become one colour per point")
  func hugeSchedulesBecomeOneColourPerPoint() throws {
    let chart = try SampleChart(devices: 4, microbatches: 5_000).chart  // 60,000 operations
    let drawing = try chart.drawing()
    #expect(drawing.boxes.isEmpty)
    #expect(drawing.width == 1400)
    #expect(drawing.shapes.count < 4 * 1400 + 6_000)
    #expect(try GraphvizRenderer().render(drawing, as: .svg).count < 2_000_000)
  }

  @Test("Columns take the colour that fills most of them")
  func columnsTakeTheColourThatFillsMostOfThem() {
    let tint = Tint(0, of: 8)
    let darker = Tint(7, of: 8)
    var merger = ColumnMerger(left: 10, right: 17, tintCount: 8)
    merger.add(.forward, tint, from: 10, to: 10.7)
    merger.add(.backwardInput, tint, from: 10.7, to: 11.3)
    merger.add(.forward, tint, from: 11.3, to: 12)
    merger.add(.backwardWeight, tint, from: 12, to: 12.6)
    // Less than half of a column is idle time.
    merger.add(.forward, tint, from: 13, to: 13.4)
    merger.add(.forward, tint, from: 14.2, to: 15)
    // Chunks are colours of their own.
    merger.add(.forward, darker, from: 15, to: 16)
    merger.add(.backward, darker, from: 16, to: 17)
    #expect(
      merger.runs == [
        ColumnMerger.Run(left: 10, right: 12, kind: .forward, tint: tint),
        ColumnMerger.Run(left: 12, right: 13, kind: .backwardWeight, tint: tint),
        ColumnMerger.Run(left: 14, right: 15, kind: .forward, tint: tint),
        ColumnMerger.Run(left: 15, right: 16, kind: .forward, tint: darker),
        ColumnMerger.Run(left: 16, right: 17, kind: .backward, tint: darker),
      ])
  }

  @Test("Pages keep to a sensible width")
  func pagesKeepToASensibleWidth() throws {
    for (devices, microbatches, range) in [
      (4, 8, 400.0...800.0), (8, 24, 800...1100), (16, 48, 1400...1400), (8, 512, 1400...1400),
    ] {
      let width = try SampleChart(devices: devices, microbatches: microbatches).chart.drawing().width
      #expect(range.contains(width), "\(devices) x \(microbatches): \(width)")
    }
  }
}
