import Diagrams
import PipelineModel
import Testing

@Suite struct ColourTests {
  /// The research's colour table: theme, chunk, kind.
  static let table: [Theme: [[String: String]]] = [
    .light: [
      ["F": "#aac6fb", "B": "#fed6aa", "W": "#63a06a", "BW": "#de91bd"],
      ["F": "#27639f", "B": "#9e6a26", "W": "#225729", "BW": "#6e0a54"],
    ],
    .dark: [
      ["F": "#94b4f5", "B": "#fdbf80", "W": "#659169", "BW": "#d582b1"],
      ["F": "#27609c", "B": "#96692a", "W": "#23552c", "BW": "#6e074f"],
    ],
  ]

  @Test("Boxes have the colours of their kinds and chunks", arguments: Theme.allCases, [true, false])
  func boxesHaveTheirKindsAndChunksColours(theme: Theme, fused: Bool) throws {
    let chart = try SampleChart(devices: 3, microbatches: 6, fused: fused, chunks: 2).chart
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(theme: theme)))
    let drawn = svg.operationsByID
    let colours = try #require(Self.table[theme])
    for (device, lane) in chart.lanes.enumerated() {
      for bar in lane.bars {
        let symbol = bar.operation.kind.symbol
        let box = try #require(drawn["d\(device).\(symbol).s\(device).m\(bar.operation.microbatch)"])
        let tint = bar.chunk
        #expect(box.attributes["fill"] == colours[tint][symbol])
        #expect(box.attributes["stroke"] == colours[1 - tint][symbol])
        #expect(box.labelAttributes["fill"] == (tint == 0 ? "#101418" : "#ffffff"))
      }
    }
    #expect(svg.fills[theme == .light ? "#ffffff" : "#0f1419", default: 0] >= 1)
    #expect(svg.styleSheet.isEmpty)
  }

  @Test("Without a theme, an SVG follows the reader")
  func withoutAThemeAnSVGFollowsTheReader() throws {
    let svg = DrawnSVG(try SampleChart(chunks: 2).chart.render(as: .svg))
    #expect(svg.styleSheet.contains("@media (prefers-color-scheme: dark)"))
    // Every light colour that is drawn has the rule to its dark one.
    let light = try #require(Self.table[.light])
    let dark = try #require(Self.table[.dark])
    for tint in 0...1 {
      for kind in ["F", "B", "W"] {
        let (from, to) = (try #require(light[tint][kind]), try #require(dark[tint][kind]))
        #expect(svg.styleSheet.contains("polygon[fill=\"\(from)\"] { fill: \(to) }"))
        #expect(svg.styleSheet.contains("polygon[stroke=\"\(from)\"] { stroke: \(to) }"))
      }
    }
    #expect(svg.styleSheet.contains("polygon[fill=\"#ffffff\"] { fill: #0f1419 }"))
    #expect(svg.styleSheet.contains("text[fill=\"#222222\"] { fill: #e6e6e6 }"))
  }

  @Test("The legend shows only what the picture shows")
  func theLegendShowsOnlyWhatThePictureShows() throws {
    func legend(_ sample: SampleChart) throws -> [String] {
      // Graphviz writes the space after the symbol as one that does not break.
      DrawnSVG(try sample.chart.render(as: .svg)).texts.map {
        $0.string.replacing("\u{A0}", with: "").replacing("  ", with: " ")
      }
    }
    let plain = try legend(SampleChart())
    for entry in ["F forward", "B backward, input", "W backward, weights", "idle", "memory (activations)"] {
      #expect(plain.contains(entry))
    }
    #expect(!plain.contains("BW backward, fused"))
    #expect(
      !plain.contains { $0.hasPrefix("memory limit") || $0.contains("chunk") || $0 == "optimizer step" })
    let full = try legend(SampleChart(memoryLimit: 4.5, fused: true, chunks: 2, optimizerStep: 1))
    for entry in [
      "BW backward, fused", "memory limit 4.5", "(chunk 0 light, chunk 1 dark)", "optimizer step",
    ] {
      #expect(full.contains(entry))
    }
    #expect(!full.contains("B backward, input"))
  }
}
