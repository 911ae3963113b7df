import Foundation
import PipelineModel
import Testing
import Timeline

@testable import Diagrams

@Suite struct TintTests {
  /// WCAG 2.1's relative luminance of `#rrggbb`.
  private func luminance(_ hex: String) throws -> Double {
    let number = try #require(UInt32(hex.dropFirst(), radix: 16))
    let channels = [16, 8, 0].map { shift -> Double in
      let value = Double((number >> UInt32(shift)) & 0xFF) / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  @Test("Numbers can be read on every tint", arguments: Theme.allCases, 1...9)
  func numbersCanBeReadOnEveryTint(theme: Theme, chunks: Int) throws {
    for fused in [false, true] {
      let chart = try SampleChart(devices: 2, microbatches: 9, fused: fused, chunks: chunks).chart
      let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(theme: theme)))
      #expect(svg.operations.count == (fused ? 36 : 54))
      for box in svg.operations {
        let fill = try luminance(try #require(box.attributes["fill"]))
        let ink = try luminance(try #require(box.labelAttributes["fill"]))
        let contrast = (max(fill, ink) + 0.05) / (min(fill, ink) + 0.05)
        #expect(contrast >= 4.5, "\(box.id) of \(chunks) chunks: \(contrast)")
      }
    }
  }

  @Test("Later chunks are darker, and no two alike", arguments: 2...8)
  func laterChunksAreDarkerAndNoTwoAlike(chunks: Int) throws {
    for kind in PipelineModel.Operation.Kind.allCases {
      let tints = try Tint.scale(of: chunks).map { try luminance(GanttPalette().fill(kind, $0).hex(.light)) }
      #expect(tints.count == chunks)
      for (tint, next) in zip(tints, tints.dropFirst()) {
        #expect((tint + 0.05) / (next + 0.05) > 1.2, "\(kind) of \(chunks): \(tints)")
      }
    }
  }

  @Test("More chunks than tints share them with their neighbours")
  func moreChunksThanTintsShareThemWithTheirNeighbours() {
    #expect((0..<12).map { Tint($0, of: 12).index } == [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7])
    #expect(Tint.scale(of: 12).count == 8)
    #expect(Tint(-3, of: 0) == Tint(0, of: 1) && Tint(99, of: 3) == Tint(2, of: 3))
  }

  @Test("A chunk has one tint, whatever the window")
  func aChunkHasOneTintWhateverTheWindow() throws {
    let chart = try SampleChart(devices: 2, microbatches: 9, chunks: 5).chart
    let whole = DrawnSVG(try chart.render(as: .svg)).operationsByID
    let part = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(from: 3, to: 6))).operations
    #expect(!part.isEmpty && part.count < 20)
    for box in part { #expect(box.attributes["fill"] == whole[box.id]?.attributes["fill"]) }
  }

  @Test("The legend names the chunks")
  func theLegendNamesTheChunks() throws {
    func texts(_ chunks: Int) throws -> [String] {
      try SampleChart(devices: 2, microbatches: 12, chunks: chunks).chart.drawing().texts.map(\.label.string)
    }
    #expect(try texts(1).allSatisfy { !$0.contains("chunk") })
    #expect(try texts(2).contains("(chunk 0 light, chunk 1 dark)"))
    #expect(try texts(3).contains("(light to dark: chunk 0, chunk 1, chunk 2)"))
    #expect(try texts(8).contains("(light to dark: chunk 0, chunk 1, …, chunk 7)"))
  }

  @Test("A device's chunks are counted in the model's order")
  func aDevicesChunksAreCountedInTheModelsOrder() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 4),
      microbatches: [Microbatch()], placement: .v)
    func order(_ stages: [Int]) -> [PipelineModel.Operation] {
      func operations(_ kind: PipelineModel.Operation.Kind, _ stages: [Int]) -> [PipelineModel.Operation] {
        stages.map { PipelineModel.Operation(kind, stage: Stage.ID($0), microbatch: Microbatch.ID(0)) }
      }
      return operations(.forward, stages) + operations(.backward, stages.reversed())
    }
    let orders = Orders([order([0, 3]), order([1, 2])])
    let chart = GanttChart(try Timeline(Schedule(problem: problem, orders: orders)), family: "V")
    #expect(chart.lanes.map { $0.bars.map(\.chunk) } == [[0, 1, 1, 0], [0, 1, 1, 0]])
  }
}
