import PipelineModel
import TestSupport
import Testing

@testable import Diagrams

@Suite struct PathGraphTests {
  /// Three stages on two devices each; microbatch k takes path `takes[k]`.
  private static func problem(
    _ paths: [[(stage: Int, device: Int)]], takes: [Int], stages: Int = 3, communication: Communication
  ) throws -> Problem {
    try Problem(
      name: "paths", units: Units(time: "ms"),
      devices: Array(repeating: Device(), count: 2 * stages),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: stages),
      microbatches: Array(repeating: Microbatch(), count: takes.count),
      placement: .explicit((0..<stages).map { [Device.ID(2 * $0), Device.ID(2 * $0 + 1)] }),
      communication: communication,
      routes: (
        paths.map { path in
          Route(visits: path.map { Route.Visit(stage: Stage.ID($0.stage), device: Device.ID($0.device)) })
        }, takes
      ))
  }

  /// Down all stages, past stage 1, back from stage 2 to stage 1; and the first once more under another number.
  private static func chart() throws -> PathGraphChart {
    let latency = (0..<6).map { from in (0..<6).map { to in Double(from) + Double(to) / 10 } }
    return PathGraphChart(
      try problem(
        [
          [(0, 0), (1, 2), (2, 4)], [(0, 1), (2, 5)], [(0, 0), (2, 4), (1, 3)], [(0, 0), (1, 2), (2, 4)],
        ], takes: [0, 1, 2, 3, 1], communication: .matrix(latency)))
  }

  private func curves(_ drawing: Drawing) -> [(points: [Drawing.Point], paint: Paint)] {
    drawing.shapes.compactMap { shape in
      if case .curve(let points, let stroke) = shape { (points, stroke.paint) } else { nil }
    }
  }

  @Test("Equal routes are one path")
  func equalRoutesAreOnePath() throws {
    let chart = try Self.chart()
    #expect(chart.paths.map { $0.microbatches.map(\.index) } == [[0, 3], [1, 4], [2]])
    #expect(chart.title == "Paths · paths · p = 6, m = 5")
    let texts = try chart.drawing().texts.map(\.label.string)
    for text in [
      "0 → 2 → 4: microbatches 0, 3", "1 → 5: microbatches 1, 4", "0 → 4 → 3: microbatch 2",
      "numbers: link latency (ms)", "Stage 0", "Stage 1", "Stage 2",
    ] {
      #expect(texts.contains(text), "\(text)")
    }
  }

  @Test("Every path is a curve from node to node in its colour")
  func everyPathIsACurveFromNodeToNodeInItsColour() throws {
    let drawing = try Self.chart().drawing()
    let boxes = Dictionary(uniqueKeysWithValues: drawing.boxes.map { ($0.id, $0.frame) })
    #expect(Set(boxes.keys) == ["s0.d0", "s0.d1", "s1.d2", "s1.d3", "s2.d4", "s2.d5"])
    let curves = curves(drawing)
    func expect(_ colour: Int, _ from: String, _ to: String) throws {
      let (tail, head) = (try #require(boxes[from]), try #require(boxes[to]))
      let isForward = tail.left < head.left
      let start = Drawing.Point(isForward ? tail.right : tail.left, (tail.top + tail.bottom) / 2)
      let end = Drawing.Point(isForward ? head.left : head.right, (head.top + head.bottom) / 2)
      let found = curves.contains { curve in
        guard curve.paint == PathGraphPalette.path(colour), let first = curve.points.first,
          let last = curve.points.last
        else { return false }
        return abs(first.x - start.x) < 1 && abs(first.y - start.y) < 2 && abs(last.x - end.x) < 1
          && abs(last.y - end.y) < 2
      }
      #expect(found, "\(from) to \(to)")
    }
    try expect(0, "s0.d0", "s1.d2")
    try expect(0, "s1.d2", "s2.d4")
    try expect(1, "s0.d1", "s2.d5")
    try expect(2, "s0.d0", "s2.d4")
    // Back from the third column to the second.
    try expect(2, "s2.d4", "s1.d3")
    #expect(curves.count == 5)
    #expect(curves.allSatisfy { $0.points.count % 3 == 1 })
    let svg = String(decoding: try Self.chart().render(as: .svg), as: UTF8.self)
    #expect(svg.split(separator: "\n").count { $0.hasPrefix("<path fill=\"none\"") } == 5)
    #expect(svg.contains("path[stroke=\"#27639f\"] { stroke: #94b4f5 }"))
  }

  @Test("Stages are columns from left to right")
  func stagesAreColumnsFromLeftToRight() throws {
    let drawing = try Self.chart().drawing()
    let columns = (0..<3).map { stage in
      drawing.boxes.filter { $0.id.hasPrefix("s\(stage).") }.map { ($0.frame.left + $0.frame.right) / 2 }
    }
    for (stage, column) in columns.enumerated() {
      #expect(column.count == 2 && abs(column[0] - column[1]) < 0.1)
      let name = try #require(drawing.texts.first { $0.label.string == "Stage \(stage)" })
      #expect(abs(name.at.x - column[0]) < 0.1)
    }
    #expect(columns[0][0] < columns[1][0] - 50 && columns[1][0] < columns[2][0] - 50)
    #expect(
      drawing.boxes.first { $0.id == "s1.d2" }?.tooltip == "stage 1 on device 2: 2 microbatches")
  }

  @Test("Links carry their latencies")
  func linksCarryTheirLatencies() throws {
    let latencies = ["0.2", "0.4", "1.5", "2.4", "4.3"]
    let texts = try Self.chart().drawing().texts.filter { latencies.contains($0.label.string) }
    #expect(texts.map(\.label.string).sorted() == latencies)
    let uniform = PathGraphChart(try Problem.uniform(devices: 3, microbatches: 2, communication: 0.25))
    let drawn = try uniform.drawing().texts.map(\.label.string)
    #expect(!drawn.contains("0.25") && drawn.contains { $0.contains("communication 0.25") })
  }

  @Test("Nothing overlaps")
  func nothingOverlaps() throws {
    for width in [nil, 420.0] {
      let drawing = try Self.chart().drawing(style: DiagramStyle(width: width))
      let texts = drawing.texts.map { text in
        let width = TextMetrics.width(of: text.label.string, size: text.label.size)
        let left = text.at.x - (text.anchor == .start ? 0 : text.anchor == .end ? width : width / 2)
        return Drawing.Rectangle(
          left: left, top: text.at.y - 3, right: left + width, bottom: text.at.y + 3)
      }
      let all = texts + drawing.boxes.map(\.frame)
      for (index, frame) in all.enumerated() {
        #expect(frame.left >= 0 && frame.right <= drawing.width && frame.bottom <= drawing.height)
        for other in all[(index + 1)...] { #expect(!frame.overlaps(other)) }
      }
    }
  }

  /// Four devices for each of ten stages, and 96 microbatches that each skip three stages their own way.
  private static func large() throws -> PathGraphChart {
    var random = SeededGenerator(seed: 7)
    let hosts = (0..<10).map { stage in (0..<4).map { Device.ID(4 * stage + $0) } }
    let routes = (0..<96).map { microbatch in
      let stages = [0] + (1..<10).shuffled(using: &random).prefix(6).sorted()
      return Route(
        visits: stages.map { stage in
          let replica = stage == 0 ? microbatch % 4 : Int.random(in: 0..<4, using: &random)
          return Route.Visit(stage: Stage.ID(stage), device: hosts[stage][replica])
        })
    }
    return PathGraphChart(
      try Problem(
        devices: Array(repeating: Device(), count: 40),
        stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 10),
        microbatches: Array(repeating: Microbatch(), count: 96), placement: .explicit(hosts),
        routes: (routes, Array(0..<96))))
  }

  @Test("Many paths share the colour of their first device")
  func manyPathsShareTheColourOfTheirFirstDevice() throws {
    let chart = try Self.large()
    #expect(chart.paths.count > 90)
    let drawing = try chart.drawing()
    #expect(drawing.boxes.count == 40)
    #expect(Set(curves(drawing).map(\.paint)) == Set((0..<4).map(PathGraphPalette.path)))
    let legend = drawing.texts.map(\.label.string).filter { $0.hasPrefix("from device ") }
    #expect(legend.count == 4 && legend.allSatisfy { $0.contains(": 24 microbatches on 2") })
    #expect(drawing.width < 1_400 && drawing.height < 1_400)
  }

  @Test("More than can be read is refused")
  func moreThanCanBeReadIsRefused() throws {
    let chart = PathGraphChart(try Problem.uniform(devices: 1_001, microbatches: 1))
    let failure = #expect(throws: DiagramError.graphTooLarge(nodes: 1_001, links: 1_000)) {
      try chart.drawing()
    }
    #expect(
      failure?.description
        == "a path graph of 1001 nodes and 1000 links cannot be read: expected at most 1000 nodes and 2000 links"
    )
    #expect(throws: DiagramError.windowWithoutTime) { try Self.chart().drawing(style: DiagramStyle(from: 1)) }
    for width in [0, 100, 1e6, .nan] {
      #expect(throws: DiagramError.self) { try Self.chart().drawing(style: DiagramStyle(width: width)) }
    }
  }

  @Test("All formats and odd charts are drawn")
  func allFormatsAndOddChartsAreDrawn() throws {
    var odd = try Self.chart()
    odd.paths[0].visits.append(Route.Visit(stage: Stage.ID(99), device: Device.ID(-1)))
    odd.paths[1].visits = []
    odd.paths[2].visits += odd.paths[2].visits
    odd.stages[1] = []
    odd.communication = .matrix([[]])
    let nothing = PathGraphChart(title: "", stages: [], paths: [], communication: .uniform(0))
    for chart in [try Self.chart(), odd, nothing] {
      for format in DiagramFormat.allCases { #expect(try !chart.render(as: format).isEmpty) }
    }
  }

  @Test("Texts come out as they were given", arguments: HostileTextTests.texts)
  func textsComeOutAsTheyWereGiven(text: String) throws {
    var chart = try Self.chart()
    chart.title = text
    chart.subtitle = [text]
    chart.description = text
    chart.timeUnit = text
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil && svg.title == text && svg.summary == text)
    let drawn = svg.texts.map { HostileTextTests.plain($0.string) }
    #expect(drawn.count { $0 == text } == 2 && drawn.contains("numbers: link latency (\(text))"))
  }
}
