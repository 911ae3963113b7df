import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite struct ComparisonTests {
  /// GPipe and ZB-H1 on four devices, and the same model on two devices with twice the work each.
  private static func schedules() throws -> [(title: String, timeline: Timeline)] {
    func schedule(_ family: String, _ problem: Problem) throws -> (title: String, timeline: Timeline) {
      let family = try Families.named(family)
      return (family.title, try Timeline(Schedule(problem: problem, orders: family.orders(for: problem))))
    }
    let four = try Problem.uniform(devices: 4, microbatches: 6)
    let two = try Problem.uniform(
      devices: 2, microbatches: 6, forward: 2, backwardInput: 2, backwardWeight: 2)
    return try [schedule("gpipe", four), schedule("zb-h1", four), schedule("zb-h1", two)]
  }

  @Test("All bands share one axis", arguments: [nil, 700, 3_000] as [Double?])
  func allBandsShareOneAxis(width: Double?) throws {
    let schedules = try Self.schedules()
    let chart = ComparisonChart(schedules)
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(width: width)))
    #expect(svg.failure == nil)
    let drawn = svg.operationsByID
    let left = try #require(svg.operations.map(\.left).min())
    let longest = schedules.map(\.timeline.makespan).max() ?? 0
    let scale = (try #require(svg.operations.map(\.right).max()) - left) / longest
    var previous = 0.0
    for (index, band) in chart.bands.enumerated() {
      var tops: [Double] = []
      for (device, lane) in band.lanes.enumerated() {
        for bar in lane.bars {
          let operation = bar.operation
          let box = try #require(
            drawn[
              "s\(index).d\(device).\(operation.kind.symbol).s\(operation.stage).m\(operation.microbatch)"])
          #expect(abs(box.left - left - bar.start * scale) <= 0.1)
          #expect(abs(box.right - left - bar.end * scale) <= 0.1)
          #expect(box.classes.contains(" schedule\(index) dev\(device) "))
          tops.append(box.points.map(\.y).min() ?? .nan)
        }
      }
      // SVG counts from below the page's lower edge: bands and lanes follow each other downwards.
      let last = try #require(tops.last)
      if index > 0 { #expect(try #require(tops.first) > previous) }
      #expect(tops == tops.sorted())
      previous = last
    }
    #expect(svg.operations.count == drawn.count)
  }

  @Test("Every band has its title and figures")
  func everyBandHasItsTitleAndFigures() throws {
    let chart = ComparisonChart(try Self.schedules(), gaps: [nil, "makespan optimal"])
    // By hand: GPipe takes (m + p - 1)(F + BW) = 9 x 3; ZB-H1 m(F + B + W) + (p - 1)(F + B - W) = 21, and 38.
    #expect(
      chart.bands.map(\.figures) == [
        "makespan 27 (+28.57 %) · makespanBubble 33.33 % · peakMemory 6",
        "makespan 21 · makespanBubble 14.29 % · peakMemory 4 · makespan optimal",
        "makespan 38 (+80.95 %) · makespanBubble 5.26 % · peakMemory 2",
      ])
    #expect(chart.title == "3 schedules · p = 2–4, m = 6")
    #expect(
      chart.subtitle == [
        "4 stages: F 1 · B 1 · W 1 · communication 0", "2 stages: F 2 · B 2 · W 2 · communication 0",
      ])
    let texts = try chart.drawing().texts.map(\.label.string)
    for band in chart.bands { #expect(texts.contains(band.title) && texts.contains(band.figures)) }
    #expect(texts.count { $0 == "F  forward" } == 1)
    #expect(texts.count { $0.hasPrefix("Device ") } == 10)
  }

  @Test("Lanes end with their schedule")
  func lanesEndWithTheirSchedule() throws {
    let chart = ComparisonChart(try Self.schedules())
    let drawing = try chart.drawing()
    let lanes = drawing.shapes.compactMap { shape -> Drawing.Rectangle? in
      if case .rectangle(let frame, Palette.lane, _) = shape, frame.height < 16, frame.height > 10.5 {
        frame
      } else {
        nil
      }
    }
    #expect(lanes.count == 10)
    for index in chart.bands.indices {
      let boxes = drawing.boxes.filter { $0.id.hasPrefix("s\(index).") }
      let end = try #require(boxes.map(\.frame.right).max())
      let top = try #require(boxes.map(\.frame.top).min())
      #expect(try #require(lanes.first { abs($0.top - top) < 1e-9 }).right == end)
    }
  }

  @Test("Nothing overlaps in the headings")
  func nothingOverlapsInTheHeadings() throws {
    var chart = ComparisonChart(try Self.schedules())
    chart.bands[0].title = String(repeating: "long name ", count: 40)
    for width in [nil, 400.0] {
      let drawing = try chart.drawing(style: DiagramStyle(width: width))
      let figures = drawing.texts.filter { $0.label.string.hasPrefix("makespan ") }
      #expect(figures.count == 3)
      for text in figures {
        let right = text.at.x + TextMetrics.width(of: text.label.string, size: text.label.size)
        #expect(right <= drawing.width)
        // A title that is broken into lines leaves the figures a line of their own.
        guard let title = drawing.texts.first(where: { $0.at.y == text.at.y && $0.at.x < text.at.x }) else {
          continue
        }
        #expect(
          title.at.x + TextMetrics.width(of: title.label.string, size: title.label.size) <= text.at.x - 8)
      }
    }
  }

  @Test("A window cuts all bands alike")
  func aWindowCutsAllBandsAlike() throws {
    let chart = ComparisonChart(try Self.schedules())
    // The second schedule has ended by then, which must not keep the others from being drawn.
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(from: 22, to: 30)))
    #expect(!svg.operations.contains { $0.id.hasPrefix("s1.") })
    for index in [0, 2] { #expect(svg.operations.contains { $0.id.hasPrefix("s\(index).") }) }
    #expect(throws: DiagramError.windowOutside(from: 40, to: 50, schedule: 0...38)) {
      try chart.render(as: .svg, style: DiagramStyle(from: 40, to: 50))
    }
  }

  @Test("Many large schedules are reduced")
  func manyLargeSchedulesAreReduced() throws {
    let large = try SampleChart(devices: 16, microbatches: 64).chart  // 3,072 operations
    let bands = (0..<17).map { ComparisonChart.Band(title: "schedule \($0)", lanes: large.lanes) }
    let drawing = try ComparisonChart(title: "large", bands: bands).drawing()
    #expect(drawing.boxes.isEmpty && drawing.height < 5_000 && drawing.width <= 1_400)
    #expect(try GraphvizRenderer().render(drawing, as: .svg).count < 20_000_000)
    let few = ComparisonChart(title: "few", bands: Array(bands.prefix(2)))
    #expect(try few.drawing().boxes.count == 6_144)
  }

  @Test("Texts come out as they were given", arguments: HostileTextTests.texts)
  func textsComeOutAsTheyWereGiven(text: String) throws {
    var chart = ComparisonChart(try Self.schedules())
    chart.title = text
    chart.subtitle = [text]
    chart.description = text
    chart.bands[0].title = text
    chart.bands[1].figures = text
    chart.bands[2].lanes[0].name = text
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil && svg.title == text && svg.summary == text)
    #expect(svg.texts.count { HostileTextTests.plain($0.string) == text } == 5)
  }

  @Test("Nothing and bad times are handled")
  func nothingAndBadTimesAreHandled() throws {
    for format in DiagramFormat.allCases {
      #expect(try !ComparisonChart([]).render(as: format).isEmpty)
      let empty = ComparisonChart(title: "", bands: [.init(title: "", lanes: [])])
      #expect(try !empty.render(as: format).isEmpty)
    }
    var chart = ComparisonChart(try Self.schedules())
    chart.bands[1].lanes[2].bars[0].end = .nan
    let failure = #expect(throws: DiagramError.self) { try chart.drawing() }
    #expect(failure?.description.contains("on device 2") ?? false)
  }
}
