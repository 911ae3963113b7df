import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite struct DirectionTests {
  /// Two devices; microbatch 0 goes from device 0 to 1, microbatch 1 from device 1 to 0.
  static let chart = Result {
    let problem = try Problem.uniform(devices: 2, microbatches: 2).arranged(.bidirectional, chunks: 1)
    func order(_ visits: [(stage: Int, microbatch: Int)]) -> [Operation] {
      func operations(_ kind: Operation.Kind, _ visits: [(stage: Int, microbatch: Int)]) -> [Operation] {
        visits.map {
          Operation(kind, stage: Stage.ID($0.stage), microbatch: Microbatch.ID($0.microbatch))
        }
      }
      return operations(.forward, visits) + operations(.backward, visits.reversed())
    }
    let orders = Orders([order([(0, 0), (1, 1)]), order([(0, 1), (1, 0)])])
    return GanttChart(try Timeline(Schedule(problem: problem, orders: orders)), family: "both ways")
  }

  @Test("Tints follow the direction on every device")
  func tintsFollowTheDirectionOnEveryDevice() throws {
    let svg = DrawnSVG(try Self.chart.get().render(as: .svg, style: DiagramStyle(theme: .light)))
    #expect(svg.operations.count == 8)
    for box in svg.operations {
      let rising = box.classes.hasSuffix(" mb1")
      let isForward = box.classes.hasPrefix("node op F")
      #expect(
        box.attributes["fill"]
          == (isForward ? (rising ? "#27639f" : "#aac6fb") : (rising ? "#6e0a54" : "#de91bd")))
      #expect(box.labelAttributes["fill"] == (rising ? "#ffffff" : "#101418"))
    }
    #expect(svg.texts.contains { $0.string == "forwards go down the devices" })
    #expect(svg.texts.contains { $0.string == "forwards go up the devices" })
    #expect(!svg.texts.contains { $0.string.contains("chunk") })
  }

  @Test("A bar lies along the edge that the microbatch travels towards")
  func aBarLiesAlongTheEdgeThatTheMicrobatchTravelsTowards() throws {
    let drawing = try Self.chart.get().drawing()
    for box in drawing.boxes {
      let edges = drawing.shapes.compactMap { shape -> Drawing.Rectangle? in
        guard case .rectangle(let frame, let fill, _) = shape, fill == box.stroke.paint,
          frame.left == box.frame.left, frame.right == box.frame.right
        else { return nil }
        return frame
      }.filter { $0.bottom == box.frame.top || $0.top == box.frame.bottom }
      let edge = try #require(edges.first)
      #expect(edges.count == 1)
      #expect(edge.height + box.frame.height == 20)
      #expect((edge.top == box.frame.bottom) == box.id.hasSuffix(".m0"), "\(box.id)")
    }
  }

  @Test("Pipelines that go one way or wander have no directions")
  func pipelinesThatGoOneWayOrWanderHaveNoDirections() throws {
    let oneWay = try Problem.uniform(devices: 4, microbatches: 4)
    #expect(GanttChart.Direction.directions(of: oneWay) == nil)
    let folded = try Problem.uniform(devices: 4, microbatches: 4).arranged(.v, chunks: 2)
    #expect(GanttChart.Direction.directions(of: folded) == nil)
    let both = try oneWay.arranged(.bidirectional, chunks: 1)
    #expect(GanttChart.Direction.directions(of: both) == [.ascending, .descending])
    let alone = try Problem.uniform(devices: 1, microbatches: 1)
    #expect(GanttChart.Direction.directions(of: alone) == nil)
    // A third route that turns back leaves all of them unmarked.
    func route(_ devices: [Int]) -> Route {
      Route(visits: devices.enumerated().map { .init(stage: Stage.ID($0), device: Device.ID($1)) })
    }
    let all = (0..<3).map { Device.ID($0) }
    let wandering = try Problem(
      devices: [Device(), Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
      microbatches: [Microbatch(), Microbatch(), Microbatch()], placement: .explicit([all, all, all]),
      routes: ([route([0, 1, 2]), route([2, 1, 0]), route([1, 2, 0])], [0, 1, 2]))
    #expect(GanttChart.Direction.directions(of: wandering) == nil)
  }

  @Test("Huge schedules keep their directions")
  func hugeSchedulesKeepTheirDirections() throws {
    var chart = try SampleChart(devices: 4, microbatches: 5_000).chart  // 60,000 operations
    for bar in chart.lanes[3].bars.indices { chart.lanes[3].bars[bar].direction = .descending }
    for bar in chart.lanes[0].bars.indices { chart.lanes[0].bars[bar].direction = .ascending }
    let drawing = try chart.drawing(style: DiagramStyle(width: 1_000))
    let fills = Set(
      drawing.shapes.compactMap { shape -> Paint? in
        if case .rectangle(_, let fill, _) = shape { fill } else { nil }
      })
    for direction in [GanttChart.Direction.ascending, .descending] {
      let tint = TintScale([chart]).tint(of: direction)
      #expect(fills.contains(GanttPalette().fill(.forward, tint)))
    }
  }
}
