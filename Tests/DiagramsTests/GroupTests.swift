import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite struct GroupTests {
  /// Stage 0 on devices 3 and 0, stage 1 on 2, stage 2 on 1 and 4; device 5 has none.
  private static func timeline() throws -> Timeline {
    func route(_ devices: [Int]) -> Route {
      Route(visits: devices.enumerated().map { .init(stage: Stage.ID($0), device: Device.ID($1)) })
    }
    let routes = [route([3, 2, 1]), route([0, 2, 4])]
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 6),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
      microbatches: [Microbatch(), Microbatch()],
      placement: .explicit([[3, 0], [2], [1, 4]].map { $0.map { Device.ID($0) } }),
      routes: (routes, [0, 1]))
    // One microbatch after the other.
    var orders = [[Operation]](repeating: [], count: 6)
    for (microbatch, route) in routes.enumerated() {
      for (kind, visits) in [(Operation.Kind.forward, route.visits), (.backward, route.visits.reversed())] {
        for visit in visits {
          orders[visit.device.index].append(
            Operation(kind, stage: visit.stage, microbatch: Microbatch.ID(microbatch)))
        }
      }
    }
    return try Timeline(Schedule(problem: problem, orders: Orders(orders)))
  }

  @Test("Lanes of a replicated stage stand together")
  func lanesOfAReplicatedStageStandTogether() throws {
    let chart = GanttChart(try Self.timeline(), family: "routes")
    #expect(chart.lanes.map { $0.device?.index } == [0, 3, 2, 1, 4, 5])
    #expect(chart.lanes.map(\.group) == ["Stage 0", "Stage 0", "Stage 1", "Stage 2", "Stage 2", ""])
    #expect(chart.lanes.map(\.name) == [0, 3, 2, 1, 4, 5].map { "Device \($0)" })
    // One route ascends and one descends, by chance.
    #expect(chart.lanes.joinedBars.allSatisfy { $0.direction == nil })
    let drawing = try chart.drawing()
    // Operations keep their device's number wherever its lane is.
    #expect(
      Set(drawing.boxes.map(\.id)) == [
        "d3.F.s0.m0", "d2.F.s1.m0", "d1.F.s2.m0", "d1.BW.s2.m0", "d2.BW.s1.m0", "d3.BW.s0.m0",
        "d0.F.s0.m1", "d2.F.s1.m1", "d4.F.s2.m1", "d4.BW.s2.m1", "d2.BW.s1.m1", "d0.BW.s0.m1",
      ])
    let texts = drawing.texts
    for stage in 0..<3 {
      let found = texts.filter { $0.label.string == "Stage \(stage)" }
      let text = try #require(found.first)
      #expect(found.count == 1)
      // Beside the middle of its lanes, and left of their names.
      let names = chart.lanes.filter { $0.group == "Stage \(stage)" }.compactMap { lane in
        texts.first { $0.label.string == lane.name }
      }
      #expect(abs(text.at.y - names.reduce(0) { $0 + $1.at.y } / Double(names.count)) < 1e-9)
      for name in names {
        let left = name.at.x - TextMetrics.width(of: name.label.string, size: name.label.size)
        #expect(text.at.x < left - 4)
      }
      let left = text.at.x - TextMetrics.width(of: text.label.string, size: text.label.size)
      #expect(left >= 0)
    }
  }

  @Test("Brackets enclose their lanes")
  func bracketsEncloseTheirLanes() throws {
    let drawing = try GanttChart(try Self.timeline(), family: "routes").drawing()
    let brackets = drawing.shapes.compactMap { shape -> [Drawing.Point]? in
      if case .line(let points, _) = shape, points.count == 4 { points } else { nil }
    }
    func frames(_ device: Int) -> [Drawing.Rectangle] {
      drawing.boxes.filter { $0.id.hasPrefix("d\(device).") }.map(\.frame)
    }
    #expect(brackets.count == 3)
    for (bracket, devices) in zip(brackets, [[0, 3], [2], [1, 4]]) {
      let frames = devices.flatMap(frames)
      #expect(bracket.map(\.y).min() == frames.map(\.top).min())
      #expect(bracket.map(\.y).max() == frames.map(\.bottom).max())
    }
  }

  @Test("Ends of a bidirectional pipeline are not grouped")
  func endsOfABidirectionalPipelineAreNotGrouped() throws {
    let both = try Problem.uniform(devices: 2, microbatches: 2).arranged(.bidirectional, chunks: 1)
    func order(_ stage: Int, _ microbatch: Int) -> [Operation] {
      [Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))]
    }
    func back(_ stage: Int, _ microbatch: Int) -> [Operation] {
      [Operation(.backward, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))]
    }
    let orders = Orders([
      order(0, 0) + order(1, 1) + back(1, 1) + back(0, 0),
      order(0, 1) + order(1, 0) + back(1, 0) + back(0, 1),
    ])
    let chart = GanttChart(try Timeline(Schedule(problem: both, orders: orders)), family: "both ways")
    #expect(chart.lanes.map(\.group) == ["", ""] && chart.lanes.map { $0.device?.index } == [0, 1])
    let plain = try SampleChart().chart
    #expect(plain.lanes.allSatisfy { $0.group.isEmpty })
  }

  @Test("Origins that also host the head are one group")
  func originsThatAlsoHostTheHeadAreOneGroup() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let ids = (0..<3).map { Device.ID($0) }
    func route(_ devices: [Int]) -> Route {
      Route(visits: zip(0..., devices).map { Route.Visit(stage: Stage.ID($0), device: ids[$1]) })
    }
    let problem = try Problem(
      devices: [Device(), Device(), Device()], stages: [stage, stage, stage],
      microbatches: [.init(), .init()],
      placement: .explicit([[ids[0], ids[2]], [ids[1]], [ids[0], ids[2]]]),
      routes: ([route([0, 1, 0]), route([2, 1, 2])], [0, 1]))
    func pass(_ kind: Operation.Kind, _ stage: Int, _ microbatch: Int) -> Operation {
      Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
    }
    func way(_ microbatch: Int) -> [Operation] {
      [pass(.forward, 0, microbatch), pass(.forward, 2, microbatch)]
        + [pass(.backward, 2, microbatch), pass(.backward, 0, microbatch)]
    }
    let middle = [0, 1].flatMap { [pass(.forward, 1, $0), pass(.backward, 1, $0)] }
    let timeline = try Timeline(Schedule(problem: problem, orders: Orders([way(0), middle, way(1)])))
    let chart = GanttChart(timeline, family: "heads")
    #expect(chart.lanes.map { $0.device?.index } == [0, 2, 1])
    #expect(chart.lanes.map(\.group) == ["Stages 0, 2", "Stages 0, 2", "Stage 1"])
  }

  @Test("A comparison names the stage in every row")
  func aComparisonNamesTheStageInEveryRow() throws {
    let chart = ComparisonChart([("routes", try Self.timeline())])
    let drawing = try chart.drawing()
    #expect(drawing.texts.contains { $0.label.string == "Stage 2 / Device 4" })
    #expect(drawing.boxes.contains { $0.id == "s0.d4.F.s2.m1" })
  }
}
