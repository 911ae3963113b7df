import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import Diagrams

@Suite("Recompute and offload in a Gantt diagram")
struct ModeTests {
  private func chart(_ schedule: Schedule) throws -> GanttChart {
    GanttChart(try Timeline(schedule), family: "by hand")
  }

  private func legend(_ drawing: Drawing) -> [String] { drawing.texts.map(\.label.string) }

  @Test("what goes to the host has a lane of its own, on the axis of its device")
  func hostLane() throws {
    let drawing = try chart(ModeSamples.offloads()).drawing(style: DiagramStyle(width: 1_000))
    let boxes = Dictionary(drawing.boxes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let first = try #require(boxes["d0.F.s0.m0"]).frame
    let perUnit = first.width / 2
    func times(_ id: String) throws -> [Double] {
      let frame = try #require(boxes[id]).frame
      return [frame.left, frame.right].map { (($0 - first.left) / perUnit * 1e6).rounded() / 1e6 }
    }
    // Worked out beside the sample.
    #expect(try times("d0.offload.s0.m0") == [2, 5] && times("d0.offload.s0.m1") == [7, 10])
    #expect(try times("d0.reload.s0.m0") == [10, 13] && times("d0.reload.s0.m1") == [15, 18])
    #expect(try times("d0.F.s0.m1") == [5, 7] && times("d0.BW.s0.m1") == [18, 20])
    let (offload, reload) = (try #require(boxes["d0.offload.s0.m0"]), try #require(boxes["d0.reload.s0.m0"]))
    #expect(offload.frame.top > first.bottom && offload.frame.bottom == reload.frame.top)
    #expect(offload.fill != reload.fill)
    #expect(offload.tooltip == "offload stage 0 microbatch 0: 3 GiB, 2 to 5 ms")
    // A launch is no box: nothing takes no time.
    #expect(boxes.count == 8 && !boxes.keys.contains { $0.contains(".L.") })
    #expect(legend(drawing).contains("to the host (above), back (below)"))
    #expect(legend(drawing).contains { $0.hasPrefix("peak 5 · host 6 ·") })
  }

  @Test("the memory strip lies below the host's lane, and falls when an offload ends")
  func memory() throws {
    let drawing = try chart(ModeSamples.offloads()).drawing()
    let reload = try #require(drawing.boxes.first { $0.id == "d0.reload.s0.m0" })
    let strip = drawing.shapes.compactMap { shape -> [Drawing.Point]? in
      if case .polygon(let points, GanttPalette().strip, _) = shape { points } else { nil }
    }
    let points = try #require(strip.first)
    #expect(points.allSatisfy { $0.y >= reload.frame.bottom })
    let lane = try chart(ModeSamples.offloads()).lanes[0]
    #expect(lane.memory.map(\.time) == [0, 5, 10, 15, 20])
    #expect(lane.memory.map(\.memory) == [4, 5, 5, 4, 0])
  }

  @Test("an R is striped in the colour of F, and keeps its tooltip")
  func stripes() throws {
    let chart = try chart(ModeSamples.recomputes())
    let drawing = try chart.drawing(style: DiagramStyle(width: 1_000))
    let tint = Tint(0, of: 1)
    let stripes = drawing.shapes.compactMap { shape -> [Drawing.Point]? in
      guard case .line(let points, let stroke) = shape, stroke.paint == GanttPalette().fill(.forward, tint)
      else {
        return nil
      }
      return points
    }
    let recomputes = drawing.boxes.filter { $0.id.hasPrefix("d0.R.") }
    #expect(recomputes.count == 2 && recomputes.allSatisfy(\.isClear))
    #expect(drawing.boxes.allSatisfy { $0.isClear == $0.id.hasPrefix("d0.R.") })
    for box in recomputes {
      #expect(
        stripes.contains { line in
          line.allSatisfy { $0.x >= box.frame.left && $0.x <= box.frame.right && $0.y <= box.frame.bottom }
        })
    }
    #expect(legend(drawing).contains("R  recompute") && !legend(drawing).contains { $0.contains("host") })
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(theme: .light)))
    let box = try #require(svg.operationsByID["d0.R.s0.m1"])
    // A shape that is not filled at all takes no notice of the pointer.
    #expect(box.attributes["fill"] == "#dfeafe" && box.attributes["fill-opacity"] != nil)
    #expect(box.tooltip == "R stage 0 microbatch 1: 8 to 10 ms" && box.label == "1")
  }

  @Test("a chart without modes has neither lane nor stripes", arguments: [true, false])
  func plain(isComparison: Bool) throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let timeline = try Timeline(
      Schedule(problem: problem, orders: Families.named("1f1b").orders(for: problem)))
    let drawing =
      isComparison
      ? try ComparisonChart([(title: "a", timeline: timeline)]).drawing()
      : try GanttChart(timeline, family: "a").drawing()
    #expect(!drawing.boxes.contains { $0.isClear || $0.classes.hasPrefix("transfer") })
    #expect(!drawing.texts.contains { $0.label.string.contains("host") })
  }

  @Test("schedules under each other have their hosts' lanes, too")
  func comparison() throws {
    let timelines = [try Timeline(ModeSamples.offloads()), try Timeline(ModeSamples.recomputes())]
    let drawing = try ComparisonChart(timelines.map { (title: "a", timeline: $0) }).drawing()
    let transfers = drawing.boxes.filter { $0.classes.hasPrefix("transfer") }
    #expect(
      transfers.map(\.id).sorted() == [
        "s0.d0.offload.s0.m0", "s0.d0.offload.s0.m1", "s0.d0.reload.s0.m0", "s0.d0.reload.s0.m1",
      ])
    let next = try #require(drawing.boxes.first { $0.id == "s1.d0.F.s0.m0" })
    #expect(transfers.allSatisfy { $0.frame.bottom < next.frame.top })
  }

  @Test("more operations than boxes are merged, and so are their transfers")
  func many() throws {
    var chart = try chart(ModeSamples.offloads())
    let (bars, transfers) = (chart.lanes[0].bars, chart.lanes[0].transfers)
    let count = GanttPainter.mostBoxes / 4
    chart.lanes[0].bars = (0..<count).flatMap { turn in
      bars.map { bar in
        var bar = bar
        (bar.start, bar.end) = (bar.start + 20 * Double(turn), bar.end + 20 * Double(turn))
        return bar
      }
    }
    chart.lanes[0].transfers = (0..<count).flatMap { turn in
      transfers.map { transfer in
        var transfer = transfer
        (transfer.start, transfer.end) = (
          transfer.start + 20 * Double(turn), transfer.end + 20 * Double(turn)
        )
        return transfer
      }
    }
    let drawing = try chart.drawing(style: DiagramStyle(width: 900))
    #expect(drawing.boxes.isEmpty)
    let greys = drawing.shapes.count { shape in
      guard case .rectangle(_, let fill, _) = shape else { return false }
      return fill == GanttPalette().transfer(.offload) || fill == GanttPalette().transfer(.reload)
    }
    // Two signs of the legend; each channel is used for 6 of 20, less than half of every column.
    #expect(greys == 2)
    chart.lanes[0].transfers.append(contentsOf: chart.lanes[0].transfers)
    #expect(
      try chart.drawing(style: DiagramStyle(width: 900)).shapes.contains { shape in
        if case .rectangle(let frame, GanttPalette().transfer(.reload), _) = shape {
          frame.width > 100
        } else {
          false
        }
      })
  }
}
