import PipelineModel
import Testing

@testable import Diagrams

@Suite struct TradeOffTests {
  private let chart = SampleTradeOff.chart

  /// The position on the page of a number written beside an axis.
  private func tick(_ label: String, anchor: Drawing.Text.Anchor, in drawing: Drawing) throws -> Drawing.Point
  {
    try #require(drawing.texts.first { $0.label.string == label && $0.anchor == anchor }).at
  }

  @Test("Dots and diamonds are true to the axes", arguments: [nil, 300, 1000] as [Double?])
  func dotsAndDiamondsAreTrueToTheAxes(width: Double?) throws {
    let drawing = try chart.drawing(style: DiagramStyle(width: width))
    // Two numbers on either axis fix its scale.
    let (five, fifteen) = (
      try tick("5", anchor: .end, in: drawing).y, try tick("15", anchor: .end, in: drawing).y
    )
    let half = try tick("0.5×", anchor: .middle, in: drawing).x
    let one = try tick("1×", anchor: .middle, in: drawing).x
    let ten = try tick("10", anchor: .middle, in: drawing).x
    #expect(abs((ten - one) / (one - half) - 0.5) < 1e-9)
    func expect(_ id: String, _ memory: Double, _ bubble: Double) throws {
      let frame = try #require(drawing.boxes.first { $0.id == id }).frame
      let (x, y) = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
      #expect(abs(x - (half + (memory - 4) / 4 * (one - half))) < 1e-6, "\(id)")
      #expect(abs(y - (five + (bubble * 100 - 5) / 10 * (fifteen - five))) < 1e-6, "\(id)")
    }
    for (index, point) in chart.points.enumerated() {
      try expect("point.\(index)", point.memory, point.bubble)
    }
    for (index, mark) in chart.marks.enumerated() { try expect("mark.\(index)", mark.memory, mark.bubble) }
  }

  @Test("Ticks are round")
  func ticksAreRound() throws {
    let texts = try chart.drawing().texts
    #expect(
      texts.filter { $0.anchor == .end }.compactMap { Int($0.label.string) } == [0, 5, 10, 15, 20, 25, 30])
    #expect(
      texts.filter { $0.anchor == .middle }.compactMap { Int($0.label.string) }
        == [2, 4, 6, 8, 10, 12, 14, 16])
    #expect(
      texts.map(\.label.string).filter { $0.hasSuffix("×") }
        == ["0.5×", "0.75×", "1×", "1.25×", "1.5×", "1.75×", "2×"])
    #expect(texts.contains { $0.label.string == "memory limit (activations)" })
    #expect(texts.contains { $0.label.string == "makespanBubble (%)" })
  }

  @Test("Every point is one element with a tooltip")
  func everyPointIsOneElementWithATooltip() throws {
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.root["role"] == "img")
    #expect(svg.title == chart.title && svg.summary == chart.description)
    #expect(svg.points.map(\.id) == (0..<7).map { "point.\($0)" })
    #expect(
      svg.points[1].tooltip
        == "memory limit 6 activations (0.75× 1F1B's peak): makespanBubble 17 %, no schedule is below 16 %")
    #expect(
      svg.points[2].tooltip
        == "memory limit 8 activations (1× 1F1B's peak): makespanBubble 10 %, proven optimal")
    #expect(
      svg.points.filter { $0.classes.hasSuffix(" optimal") }.map(\.id) == ["point.2", "point.5", "point.6"])
    #expect(svg.marks.map(\.id) == ["mark.0", "mark.1", "mark.2"])
    #expect(svg.marks[2].tooltip == "ZB-H2: peak memory 15 activations, makespanBubble 3.1 %")
    for name in ["1F1B", "ZB-H1", "ZB-H2"] { #expect(svg.texts.contains { $0.string == name }) }
    // A circle is an ellipse, whose colours follow the reader as well.
    #expect(svg.styleSheet.contains("ellipse[fill=\"#27639f\"] { fill: #94b4f5 }"))
    #expect(svg.styleSheet.contains("ellipse[fill=\"#ffffff\"] { fill: #0f1419 }"))
  }

  @Test("All formats and themes are drawn")
  func allFormatsAndThemesAreDrawn() throws {
    for format in DiagramFormat.allCases {
      for theme in [nil] + Theme.allCases {
        let style = DiagramStyle(theme: theme)
        #expect(try !chart.render(as: format, style: style).isEmpty)
      }
    }
    let drawing = try chart.drawing()
    #expect(drawing.width == 640 && (360...400).contains(drawing.height))
  }

  @Test("Texts come out as they were given", arguments: HostileTextTests.texts)
  func textsComeOutAsTheyWereGiven(text: String) throws {
    var chart = chart
    chart.title = text
    chart.subtitle = [text]
    chart.description = text
    chart.memoryUnit = text
    chart.valueName = text
    chart.marks[0].label = text
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.title == text && svg.summary == text)
    let drawn = svg.texts.map { HostileTextTests.plain($0.string) }
    #expect(drawn.filter { $0 == text }.count == 3, "\(drawn)")
    #expect(drawn.contains("memory limit (\(text))") && drawn.contains("\(text) (%)"), "\(drawn)")
    #expect(
      HostileTextTests.plain(svg.marks[0].tooltip ?? "") == "\(text): peak memory 8 \(text), \(text) 22.6 %")
  }

  @Test("Figures and styles that cannot be drawn are refused")
  func figuresAndStylesThatCannotBeDrawnAreRefused() {
    func message(_ chart: TradeOffChart, _ style: DiagramStyle = DiagramStyle()) -> String {
      do { _ = try chart.drawing(style: style) } catch { return "\(error)" }
      return ""
    }
    for bubble in [-0.1, 1.1, 30, .nan, .infinity] {
      var bad = chart
      bad.points[3].bubble = bubble
      #expect(message(bad).hasPrefix("the memory limit 10: expected a bubble from 0 to 1, found "))
    }
    var bad = chart
    bad.marks[1].memory = -.infinity
    #expect(message(bad).hasPrefix("ZB-H1: expected a peak memory from 0 to "))
    bad = chart
    bad.infeasibleBelow = .nan
    #expect(!message(bad).isEmpty)
    #expect(message(chart, DiagramStyle(to: 5)) == "the picture has no time axis")
    for width in [0, 100, 1e6, .nan] {
      #expect(message(chart, DiagramStyle(width: width)).hasPrefix("expected a width from "))
    }
  }
}
