import Testing

@testable import Diagrams

@Suite struct HostileTextTests {
  static let texts = [
    "<b>bold</b>", "<", "a & b", "&lt;script&gt;", "&amp;amp;", "&#65;", "say \"hi\"", "it's", "back\\slash",
    "\\N \\G \\n \\l", "\\\\ \\\\\\ \\E", "ends with \\", "\\", "naïve 模型 🚀", "]]> -->", "{|}", "%s%n",
    "  spaced  out ",
  ]

  @Test("Texts come out as they were given", arguments: texts)
  func textsComeOutAsTheyWereGiven(text: String) throws {
    var chart = try SampleChart(devices: 2, microbatches: 2).chart
    chart.title = text
    chart.subtitle = [text]
    chart.description = text
    chart.timeUnit = text
    chart.lanes[0].name = text
    chart.lanes[1].note = text
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.title == text)
    #expect(svg.summary == text)
    let drawn = svg.texts.map { Self.plain($0.string) }
    #expect(drawn.filter { $0 == text }.count == 4, "\(drawn)")
    #expect(
      svg.operations.allSatisfy { Self.plain($0.tooltip ?? "").hasSuffix(" " + text) },
      "\(svg.operations.first?.tooltip ?? "")")
    let dot = String(decoding: try chart.render(as: .dot), as: UTF8.self)
    #expect(dot.hasPrefix("digraph pipeloom {"))
    // An HTML label would stand between angle brackets.
    #expect(!dot.contains("label=<"))
    #expect(try !chart.render(as: .pdf).isEmpty)
  }

  @Test("Control characters leave no trace")
  func controlCharactersLeaveNoTrace() throws {
    var chart = try SampleChart(devices: 1, microbatches: 1).chart
    chart.title = "one\ntwo\tthree\u{0}\u{1}\u{1B}[31m\u{FFFF}\r\u{85}end"
    chart.description = chart.title
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.title == "one two three[31m  end")
    #expect(svg.summary == svg.title)
    #expect(svg.texts.contains { Self.plain($0.string) == svg.title })
  }

  @Test(
    "A title is broken into as many lines as it takes, and beside a lane a name ends after some 250 letters")
  func longTexts() throws {
    var chart = try SampleChart(devices: 2, microbatches: 2).chart
    chart.title = String(repeating: "pipeline ", count: 3_000)
    chart.lanes[0].name = chart.title
    chart.lanes[0].note = chart.title
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.title == chart.title)
    let cut = svg.texts.filter { $0.string.hasSuffix("…") }
    #expect(cut.count == 2)
    let words = svg.texts.flatMap { Self.plain($0.string).split(separator: " ") }
    #expect(words.filter { $0 == "pipeline" }.count >= 3_000)
    // 1,200 points of the remark, half of them for the name in two lines, a word more or less, margins, gaps, and time.
    let width = try #require(svg.root["width"].flatMap { Double($0.dropLast(2)) })
    #expect(abs(width - (1_200 + 600 + 2 * 14 + 2 * 8 + 100)) < 40)
    #expect(svg.transform.hasPrefix("scale(0.1 0.1) "))
  }

  /// Without the spaces that do not break and the joiners that nobody sees.
  static func plain(_ text: String) -> String {
    text.replacing("\u{A0}", with: " ").replacing("\u{2060}", with: "")
  }
}
