import Foundation
import PipelineModel
import Testing

@testable import Diagrams

@Suite struct LimitTests {
  private func message(_ body: () throws -> [UInt8]) -> String {
    do { _ = try body() } catch { return "\(error)" }
    return ""
  }

  @Test("A schedule without time is drawn")
  func aScheduleWithoutTimeIsDrawn() throws {
    let chart = try SampleChart(forward: 0, backwardInput: 0, backwardWeight: 0).chart
    for format in DiagramFormat.allCases { #expect(try !chart.render(as: format).isEmpty) }
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.operations.count == 96)
    #expect(svg.transform.hasPrefix("scale(0.1 0.1) "))
  }

  @Test("Operations without length are drawn where they start")
  func operationsWithoutLengthAreDrawnWhereTheyStart() throws {
    let svg = DrawnSVG(try SampleChart(backwardWeight: 0).chart.render(as: .svg))
    #expect(svg.operations.count == 96)
    let drawn = svg.operationsByID
    let (b, w) = (try #require(drawn["d0.B.s0.m0"]), try #require(drawn["d0.W.s0.m0"]))
    #expect(w.left == b.right && w.right - w.left <= 0.11)
  }

  @Test("Nothing to draw is drawn")
  func nothingToDrawIsDrawn() throws {
    for lanes in [[], [GanttChart.Lane(name: "Device 0", bars: [])]] {
      let svg = DrawnSVG(try GanttChart(title: "", lanes: lanes).render(as: .svg))
      #expect(svg.failure == nil && svg.operations.isEmpty)
    }
  }

  @Test("Windows that show nothing are refused")
  func windowsThatShowNothingAreRefused() throws {
    let chart = try SampleChart().chart
    #expect(throws: DiagramError.emptyWindow(from: 5, to: 5)) {
      try chart.render(as: .svg, style: DiagramStyle(from: 5, to: 5))
    }
    #expect(throws: DiagramError.emptyWindow(from: 9, to: 3)) {
      try chart.render(as: .svg, style: DiagramStyle(from: 9, to: 3))
    }
    #expect(throws: DiagramError.windowOutside(from: 27, to: 30, schedule: 0...27)) {
      try chart.render(as: .svg, style: DiagramStyle(from: 27, to: 30))
    }
    #expect(throws: DiagramError.windowOutside(from: -2, to: -1, schedule: 0...27)) {
      try chart.render(as: .svg, style: DiagramStyle(from: -2, to: -1))
    }
    #expect(throws: DiagramError.self) { try chart.render(as: .svg, style: DiagramStyle(from: .nan)) }
    #expect(
      message { try chart.render(as: .svg, style: DiagramStyle(from: 30)) }
        == "the window from 30 to 30 misses the schedule, which runs from 0 to 27")
  }

  @Test("Widths that cannot be are refused")
  func widthsThatCannotBeAreRefused() throws {
    let chart = try SampleChart().chart
    for width in [0, -1, 120, 1e6, .nan, .infinity] {
      #expect(
        message { try chart.render(as: .svg, style: DiagramStyle(width: width)) }.contains("expected a width")
      )
    }
  }

  @Test("A PNG of too many pixels is refused before it is drawn")
  func aPNGOfTooManyPixelsIsRefusedBeforeItIsDrawn() throws {
    let many = (0..<12_000).map { GanttChart.Lane(name: "Device \($0)", bars: []) }
    let tall = message { try GanttChart(title: "", lanes: many).render(as: .png) }
    #expect(tall.contains("exceeds 32767 a side"))
    let chart = try SampleChart().chart
    let wide = message { try chart.render(as: .png, style: DiagramStyle(width: 16_384)) }
    #expect(wide.contains("of 32768 x "))
    #expect(try !chart.render(as: .pdf, style: DiagramStyle(width: 16_384)).isEmpty)
  }

  @Test("An SVG of too many bytes is refused unless forced")
  func anSVGOfTooManyBytesIsRefusedUnlessForced() throws {
    let drawing = try SampleChart().chart.drawing()
    let refusal = message { try GraphvizRenderer(largestSVG: 10_000).render(drawing, as: .svg) }
    #expect(refusal.hasSuffix(" MB exceeds 1 MB"))
    #expect(try !GraphvizRenderer(largestSVG: nil).render(drawing, as: .svg).isEmpty)
  }

  @Test("Times that cannot be drawn are refused")
  func timesThatCannotBeDrawnAreRefused() throws {
    for (start, end) in [(0, Double.infinity), (Double.nan, 1), (2, 1)] {
      var chart = try SampleChart(devices: 1, microbatches: 1).chart
      chart.lanes[0].bars[1].start = start
      chart.lanes[0].bars[1].end = end
      #expect(message { try chart.render(as: .svg) }.contains("B(stage 0, microbatch 0) on device 0"))
    }
  }
}
