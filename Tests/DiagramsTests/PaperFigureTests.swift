import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite("Figures for papers")
struct PaperFigureTests {
  private static func timeline(_ family: String, devices: Int, microbatches: Int) throws -> Timeline {
    let problem = try Problem.uniform(devices: devices, microbatches: microbatches)
    let orders = try Families.named(family).orders(for: problem)
    return try Timeline(Schedule(problem: problem, orders: orders))
  }

  private static func chart(_ devices: Int = 4, _ microbatches: Int = 8) throws -> GanttChart {
    GanttChart(try timeline("zb-h1", devices: devices, microbatches: microbatches), family: "ZB-H1")
  }

  private static func comparison(_ devices: Int = 4, _ microbatches: Int = 8) throws -> ComparisonChart {
    ComparisonChart(
      try ["1f1b", "zb-h1", "zb-h2"].map {
        ($0.uppercased(), try timeline($0, devices: devices, microbatches: microbatches))
      })
  }

  /// Every width that a column may have, with and without all that can be left out.
  private static let styles = [180.0, 242, 252, 397, 505].flatMap { width in
    [nil, 6, 7, 8].flatMap { (size: Double?) in
      [true, false].map { isBare in
        var style = DiagramStyle(width: width)
        if let size { style.fontSize = size }
        if isBare { (style.title, style.hasNotes, style.hasMemory) = (.none, false, false) }
        return style
      }
    }
  }

  @Test("No text is cut, smaller than 5 points or off the page", arguments: styles)
  func texts(style: DiagramStyle) throws {
    let charts: [any Chart] = [
      try Self.chart(), try Self.chart(8, 24), try Self.chart(16, 40), try Self.comparison(),
      try Self.comparison(8, 24),
    ]
    for chart in charts {
      let page = try chart.page(style: style)
      #expect(page.width == style.width)
      let labels = page.boxes.compactMap(\.label) + page.texts.map(\.label)
      for label in labels {
        #expect(label.size >= 5, "\(label.string)")
        #expect(!label.string.hasSuffix("…") || label.string == "…", "\(label.string)")
      }
      for text in page.texts {
        #expect(
          text.extent.lowerBound >= -0.5 && text.extent.upperBound <= page.width + 0.5, "\(text.label.string)"
        )
      }
    }
  }

  @Test("In a column of 242 points time has seven tenths of the page")
  func plot() throws {
    var style = DiagramStyle(width: 242)
    style.fontSize = 7
    style.title = .none
    style.hasNotes = false
    for chart in [try Self.chart(8, 24) as any Chart, try Self.comparison(8, 24)] {
      let page = try chart.page(style: style)
      let operations = page.boxes.filter { $0.classes.hasPrefix("op ") }.map(\.frame)
      let left = try #require(operations.map(\.left).min())
      let right = try #require(operations.map(\.right).max())
      #expect(right - left >= 0.7 * 242)
    }
  }

  @Test("Titles, legends, remarks and memory are left out on demand, and titles replaced")
  func leftOut() throws {
    let chart = try Self.chart()
    func strings(_ change: (inout DiagramStyle) -> Void) throws -> [String] {
      var style = DiagramStyle()
      change(&style)
      return try chart.page(style: style).texts.map(\.label.string)
    }
    let all = try strings { _ in }
    #expect(all.contains(chart.title) && all.contains(chart.subtitle[0]) && all.contains("idle"))
    let untitled = try strings { $0.title = .none }
    #expect(!untitled.contains(chart.title) && !untitled.contains(chart.subtitle[0]))
    let titled = try strings { $0.title = .text("Ours") }
    #expect(titled.contains("Ours") && !titled.contains(chart.title) && titled.contains(chart.subtitle[0]))
    #expect(try !strings { $0.hasLegend = false }.contains("idle"))
    let plain = try strings { $0.hasNotes = false }
    #expect(
      !plain.contains { $0.hasPrefix("peak ") || $0 == chart.subtitle[0] } && plain.contains(chart.title))
    var style = DiagramStyle()
    style.hasMemory = false
    let page = try chart.page(style: style)
    #expect(!page.texts.contains { $0.label.string.hasPrefix("memory") })
    #expect(try page.height < chart.page(style: DiagramStyle()).height)
    // A screen reader hears the title all the same.
    style.title = .none
    #expect(try chart.page(style: style).title == chart.title)
  }

  @Test("A font size scales everything but the page's width")
  func fontSize() throws {
    var style = DiagramStyle(width: 900)
    let usual = try Self.chart().page(style: style)
    style.fontSize = 18
    style.width = 1_800
    let large = try Self.chart().page(style: style)
    #expect(large.width == 1_800 && large.height == 2 * usual.height)
    #expect(zip(usual.texts, large.texts).allSatisfy { 2 * $0.label.size == $1.label.size })
    #expect(
      zip(usual.boxes, large.boxes).allSatisfy { abs(2 * $0.frame.left - $1.frame.left) < 1e-9 })
  }

  @Test("Lanes of some devices alone, and a mark where others are left out")
  func devices() throws {
    let chart = try Self.chart(8, 8)
    var style = DiagramStyle()
    style.devices = DeviceRanges("0-1,6-7")
    let page = try chart.page(style: style)
    let names = page.texts.map(\.label.string).filter { $0.hasPrefix("Device ") }
    #expect(names == ["Device 0", "Device 1", "Device 6", "Device 7"])
    let lanes = page.texts.filter { names.contains($0.label.string) }.map(\.at.y)
    #expect(lanes[2] - lanes[1] > lanes[1] - lanes[0] + 5)
    var streamed = chart
    var stream = chart.lanes[1]
    (stream.device, stream.name, stream.isThin) = (Device.ID(9), "Device 1 net", true)
    streamed.lanes.insert(stream, at: 2)
    style.devices = DeviceRanges("1,6")
    let withStreams = try streamed.page(style: style).texts.map(\.label.string)
    #expect(withStreams.filter { $0.hasPrefix("Device ") } == ["Device 1", "Device 1 net", "Device 6"])
    style.devices = DeviceRanges("8-9")
    #expect(throws: DiagramError.noDevices(DeviceRanges([8...9]), count: 8)) {
      try chart.page(style: style)
    }
    for text in ["", "a", "3-", "3-1", "1,,2", "-1", "1-2-3", "٣"] {
      #expect(DeviceRanges(text) == nil, "\(text)")
    }
  }

  @Test("Colours of one's own, with numbers that can be read on them")
  func colours() throws {
    var style = DiagramStyle()
    for (name, colour) in [("F", "#000080"), ("B", "ffff00"), ("W", "#abc"), ("memory", "#123456")] {
      let value = try #require(ChosenColours.colour(colour))
      let isKnown = style.colours.set(name, to: value)
      #expect(isKnown)
    }
    let page = try Self.chart().page(style: style)
    func box(_ kind: String) throws -> Drawing.Box {
      try #require(page.boxes.first { $0.classes.hasPrefix("op \(kind) ") })
    }
    #expect(try box("F").fill.light == 0x000080 && box("F").label?.paint.light == 0xFFFFFF)
    #expect(try box("B").fill.light == 0xFFFF00 && box("B").label?.paint.light == 0x101418)
    #expect(try box("W").fill.light == 0xAABBCC)
    let strips = page.shapes.filter {
      if case .polygon(_, let fill, _) = $0 { fill.light == 0x123456 } else { false }
    }
    #expect(!strips.isEmpty)
    for text in ["", "#", "blue", "#12", "#1234567", "#ggg"] { #expect(ChosenColours.colour(text) == nil) }
    var colours = ChosenColours()
    #expect(!colours.set("X", to: 0) && !colours.set("L", to: 0))
  }

  @Test("A fold leaves out whole periods of what repeats, and nothing else")
  func fold() throws {
    let chart = try Self.chart(4, 40)
    let fold = try #require(chart.steadyStretch())
    // A period of F, B and W of one microbatch.
    #expect((fold.length / 3).rounded() == fold.length / 3 && fold.length >= 60)
    // Shifted by the fold, what comes behind it continues what comes before.
    let microbatches = Int((fold.length / 3).rounded())
    for lane in chart.lanes {
      let bars = Dictionary(uniqueKeysWithValues: lane.bars.map { ($0.operation, $0) })
      for bar in lane.bars where bar.start >= fold.range.lowerBound - 3 && bar.start < fold.range.lowerBound {
        var later = bar.operation
        later.microbatch = Microbatch.ID(later.microbatch.index + microbatches)
        #expect(bars[later]?.start == bar.start + fold.length)
      }
    }
    var style = DiagramStyle()
    let whole = try chart.page(style: style)
    style.isFolded = true
    let page = try chart.page(style: style)
    #expect(page.width < whole.width && page.boxes.contains { $0.id == "fold" })
    #expect(page.boxes.filter { $0.classes.hasPrefix("op ") }.count < 4 * 3 * 20)
    #expect(page.texts.contains { $0.label.string.contains("left out") })
    // All operations have one width, before the fold and behind.
    let widths = page.boxes.filter { $0.id.hasSuffix("m0") || $0.id.hasSuffix("m39") }.map(\.frame.width)
    let first = try #require(widths.first)
    #expect(widths.allSatisfy { abs($0 - first) < 1e-6 })
    let places = try #require(page.boxes.first { $0.id == "fold" }).frame
    let others = page.boxes.filter { $0.classes.hasPrefix("op ") }.map(\.frame)
    #expect(
      others.contains { $0.right <= places.left + 1e-6 } && others.contains { $0.left >= places.right - 1e-6 }
    )
  }

  @Test("Nothing is folded where nothing repeats, and only what all of a comparison repeat")
  func nothingToFold() throws {
    #expect(try Self.chart(4, 4).steadyStretch() == nil)
    let comparison = try Self.comparison(4, 40)
    var style = DiagramStyle()
    style.isFolded = true
    #expect(try comparison.page(style: style).boxes.contains { $0.id == "fold" })
    var mixed = comparison
    mixed.bands.append(.init(title: "GPipe", lanes: try Self.chart(4, 2).lanes))
    #expect(try !mixed.page(style: style).boxes.contains { $0.id == "fold" })
  }

  @Test("Text is broken between parts, then between words, then inside of them, and never lost")
  func wrapping() {
    #expect(TextMetrics.wrap("", size: 9, width: 50) == [])
    #expect(TextMetrics.wrap("short", size: 9, width: 500) == ["short"])
    #expect(TextMetrics.wrap("one two · three", size: 10, width: 55) == ["one two", "three"])
    #expect(TextMetrics.wrap("one two three", size: 10, width: 45) == ["one two", "three"])
    let lines = TextMetrics.wrap("incomprehensibilities", size: 10, width: 30)
    #expect(lines.joined() == "incomprehensibilities" && lines.count > 2)
    let long = "makespan 33 · makespanBubble 27.27 % · peakMemory 4 activations"
    // Of more than eight lines the rest is left out, with a mark.
    for (text, width) in [("a b · c d · efgh", 10.0), ("a b · c d · efgh", 33), (long, 80), (long, 120)] {
      let lines = TextMetrics.wrap(text, size: 8, width: width)
      let letters = { (text: String) in text.filter { !" ·".contains($0) } }
      #expect(letters(lines.joined()) == letters(text))
      #expect(lines.allSatisfy { $0.count == 1 || TextMetrics.width(of: $0, size: 8) <= width })
    }
  }

  @Test("Long names are whole, and none lies on another", arguments: [nil, 900] as [Double?])
  func longNames(width: Double?) throws {
    let name = "gradients reduced and scattered between nodes"
    let long = name + ", then gathered by every rank of the group"
    var gantt = try Self.chart(3, 4)
    for lane in gantt.lanes.indices {
      (gantt.lanes[lane].name, gantt.lanes[lane].note) = (lane == 1 ? name : long, name)
      (gantt.lanes[lane].isThin, gantt.lanes[lane].group) = (lane == 2, lane < 2 ? "both of " + long : "")
    }
    var comparison = try Self.comparison(3, 4)
    comparison.bands[0].lanes[1].name = long
    let strip = StripChart.Strip(
      title: long + ", " + long, figures: long + " · " + long + " · " + long, values: [1, 2], mean: 1.5,
      high: 2,
      nominal: 1)
    let runs = [long, name].map { ValidationChart.Run(name: $0, measured: 4, predicted: 5) }
    var sweep = SampleTradeOff.chart
    sweep.marks[0].label = long
    let charts: [any Chart] = [
      gantt, comparison, StripChart(title: "t", strips: [strip, strip]),
      ValidationChart(title: "t", runs: runs), sweep,
    ]
    for chart in charts {
      let page = try chart.page(style: DiagramStyle(width: width))
      let texts = page.texts.filter { !$0.label.string.allSatisfy(\.isNumber) }
      let words = texts.flatMap { $0.label.string.split(separator: " ") }
      #expect(words.contains("group") || words.contains("group,"), "\(words)")
      #expect(!texts.contains { $0.label.string.hasSuffix("…") })
      for (index, text) in texts.enumerated() {
        #expect(text.extent.lowerBound >= -0.5 && text.extent.upperBound <= page.width + 0.5)
        for other in texts[(index + 1)...] where abs(text.at.y - other.at.y) < 7 {
          #expect(!text.extent.overlaps(other.extent), "\(text.label.string) \(other.label.string)")
        }
      }
    }
  }

  @Test("The axes of a sweep are fitted to its curve, and say where a schedule is that they do not reach")
  func sweep() throws {
    var chart = SampleTradeOff.chart
    chart.infeasibleBelow = nil
    chart.points = chart.points.map { point in
      TradeOffChart.Point(
        memory: point.memory, multiple: point.multiple, bubble: 0.5 + point.bubble / 3, bound: 0.5)
    }
    chart.marks = [
      .init(label: "GPipe", memory: 64, bubble: 0.55), .init(label: "1F1B", memory: 8, bubble: 0.56),
    ]
    let range = TradeOffRange(chart)
    #expect(range.bubble.lowerBound > 0.4 && range.memory.upperBound < 20)
    let texts = try chart.drawing().texts.map(\.label.string)
    #expect(texts.contains("GPipe (at 64, 55 %)") && texts.contains("1F1B"))
    // A curve that comes down to a fifth of where it begins keeps its zero.
    #expect(TradeOffRange(SampleTradeOff.chart).bubble.lowerBound == 0)
  }
}
