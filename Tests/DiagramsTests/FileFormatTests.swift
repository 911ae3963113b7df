import Foundation
import Testing

@testable import Diagrams

@Suite struct FileFormatTests {
  private let style = DiagramStyle(width: 640)
  private let chart: GanttChart

  init() throws { chart = try SampleChart(memoryLimit: 4).chart }

  @Test("A PDF has one page of the right size")
  func aPDFHasOnePageOfTheRightSize() throws {
    let bytes = try chart.render(as: .pdf, style: style)
    #expect(bytes.starts(with: "%PDF-".utf8))
    let height = try chart.drawing(style: style).height
    let text = String(decoding: bytes, as: UTF8.self)
    let box = try #require(text.firstRange(of: "/MediaBox [ "))
    let numbers = text[box.upperBound...].prefix { $0 != "]" }.split(separator: " ").compactMap { Double($0) }
    #expect(numbers == [0, 0, 640, height])
  }

  @Test("A PNG has two pixels per point")
  func aPNGHasTwoPixelsPerPoint() throws {
    let bytes = try chart.render(as: .png, style: style)
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    func number(_ offset: Int) -> Double {
      Double(bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) })
    }
    #expect(number(16) == 1280)
    #expect(number(20) == 2 * (try chart.drawing(style: style).height))
  }

  @Test("A DOT file draws the same picture")
  func aDOTFileDrawsTheSamePicture() throws {
    try expectADOTFileDrawsTheSamePicture(as: chart.drawing(style: style))
    try expectADOTFileDrawsTheSamePicture(as: SampleTradeOff.chart.drawing())
    // Boxes too narrow for a label must not get Graphviz's own, the name.
    let narrow = try SampleChart(microbatches: 90, memoryLimit: 4).chart.drawing(style: style)
    #expect(narrow.boxes.contains { $0.label == nil })
    try expectADOTFileDrawsTheSamePicture(as: narrow)
  }

  private func expectADOTFileDrawsTheSamePicture(as drawing: Drawing) throws {
    let dot = String(decoding: try GraphvizRenderer().render(drawing, as: .dot), as: UTF8.self)
    #expect(dot.contains("layout=nop2"))
    #expect(dot.contains("pos="))
    // No quoted string may be longer than Graphviz reads in one piece.
    #expect(dot.split(separator: "\n").allSatisfy { $0.utf8.count < 16_384 })
    let direct = try GraphvizLibrary.use { library throws(DiagramError) in
      let graph = try GraphvizRenderer.graph(of: drawing, .svg, in: library)
      return try library.render(graph, format: "svg")
    }
    let reread = try GraphvizLibrary.use { library throws(DiagramError) in
      let graph = try GraphvizGraph(reading: dot, in: library)
      return try library.render(graph, format: "svg")
    }
    // Line by line, or a failure would print both files as numbers.
    let lines = [direct, reread].map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    #expect(lines[0].count == lines[1].count)
    let difference = zip(lines[0], lines[1]).first { $0 != $1 }
    #expect(difference == nil)
    #expect(!direct.isEmpty)
  }

  @Test("The same chart gives the same bytes", arguments: DiagramFormat.allCases)
  func theSameChartGivesTheSameBytes(format: DiagramFormat) async throws {
    let first = try chart.render(as: format, style: style)
    // A PDF would carry the second it was made in.
    if format == .pdf { try await Task.sleep(for: .seconds(1.1)) }
    #expect(try chart.render(as: format, style: style) == first)
  }

  @Test("Many threads may draw at once")
  func manyThreadsMayDrawAtOnce() async throws {
    let expected = try chart.render(as: .svg)
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 { group.addTask { try chart.render(as: .svg) } }
      for try await bytes in group { #expect(bytes == expected) }
    }
  }

  @Test("An SVG tells a screen reader what it shows")
  func anSVGTellsAScreenReaderWhatItShows() throws {
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.root["role"] == "img")
    #expect(svg.root["aria-labelledby"] == "diagram-title diagram-description")
    #expect(svg.title == chart.title)
    #expect(svg.summary == chart.description)
    #expect(svg.texts.contains { $0.string == chart.title })
    for line in chart.subtitle { #expect(svg.texts.contains { $0.string == line }) }
  }

  @Test("What Graphviz complains about is thrown")
  func whatGraphvizComplainsAboutIsThrown() {
    let failure = #expect(throws: DiagramError.self) {
      _ = try GraphvizLibrary.use { library throws(DiagramError) in
        let graph = try GraphvizGraph(reading: "digraph { a }", in: library)
        return try library.render(graph, format: "svg")
      }
    }
    #expect(failure?.description.contains("node a in graph") ?? false, "\(String(describing: failure))")
    #expect(throws: DiagramError.self) {
      _ = try GraphvizLibrary.use { library throws(DiagramError) in
        let graph = try GraphvizGraph(reading: "digraph { a [pos=\"1,1\"] }", in: library)
        return try library.render(graph, format: "no such format")
      }
    }
  }
}
