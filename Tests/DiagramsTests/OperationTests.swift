import Diagrams
import PipelineModel
import Testing

@Suite struct OperationTests {
  @Test("Every operation is one element with identifier, classes and tooltip")
  func everyOperationIsOneElementWithIdentifierClassesAndTooltip() throws {
    let chart = try SampleChart(devices: 3, microbatches: 5, forward: 18.522).chart
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.operations.count == 45)
    let drawn = svg.operationsByID
    for (device, lane) in chart.lanes.enumerated() {
      for bar in lane.bars {
        let symbol = bar.operation.kind.symbol
        let microbatch = bar.operation.microbatch
        let element = try #require(drawn["d\(device).\(symbol).s\(device).m\(microbatch)"])
        #expect(element.classes == "node op \(symbol) dev\(device) mb\(microbatch)")
        #expect(element.label == "\(microbatch)")
      }
    }
    #expect(drawn["d0.F.s0.m1"]?.tooltip == "F stage 0 microbatch 1: 18.522 to 37.044 ms")
  }

  @Test(
    "Boxes are true to time and touch where operations do", arguments: [nil, 700, 1111, 50_000] as [Double?])
  func boxesAreTrueToTimeAndTouchWhereOperationsDo(width: Double?) throws {
    // The zero-bubble paper's ratios, which no whole number of points per unit makes whole.
    let chart = try SampleChart(
      devices: 8, microbatches: 16, forward: 1, backwardInput: 1.07, backwardWeight: 0.53, latency: 0.03
    ).chart
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(width: width)))
    let drawn = svg.operationsByID
    let first = try #require(drawn["d0.F.s0.m0"])
    let range = try #require(chart.timeRange)
    let last = try #require(svg.operations.map(\.right).max())
    let scale = (last - first.left) / (range.upperBound - range.lowerBound)
    var previous: DrawnSVG.Operation?
    for (device, lane) in chart.lanes.enumerated() {
      previous = nil
      var previousEnd = -1.0
      for bar in lane.bars {
        let operation = bar.operation
        let box = try #require(
          drawn["d\(device).\(operation.kind.symbol).s\(device).m\(operation.microbatch)"])
        #expect(abs(box.left - first.left - bar.start * scale) <= 0.1)
        #expect(abs(box.right - first.left - bar.end * scale) <= 0.1)
        if let previous, previousEnd == bar.start { #expect(previous.right == box.left) }
        previous = box
        previousEnd = bar.end
      }
    }
    // Trap: the scale that SVG prints with two decimals must be the one it draws with.
    #expect(svg.transform.hasPrefix("scale(0.1 0.1) "))
    let page = try #require(svg.root["viewBox"]).split(separator: " ").compactMap { Double($0) }
    #expect(svg.root["width"] == "\(Int(page[2]))pt")
    #expect(svg.operations.allSatisfy { $0.left >= 0 && $0.right <= page[2] })
    if let width { #expect(page[2] == width) }
  }

  @Test("A window clips boxes, and the axis shows true times")
  func aWindowClipsBoxesAndTheAxisShowsTrueTimes() throws {
    let chart = try SampleChart(
      devices: 4, microbatches: 8, forward: 10, backwardInput: 10, backwardWeight: 10
    )
    .chart
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(width: 900, from: 95, to: 205)))
    let inside = chart.lanes.joinedBars.filter { $0.end > 95 && $0.start < 205 }
    #expect(svg.operations.count == inside.count)
    let left = try #require(svg.operations.map(\.left).min())
    let right = try #require(svg.operations.map(\.right).max())
    let ticks = svg.texts.filter { (left...right).contains($0.x) }.compactMap { text in
      Double(text.string).map { (time: $0, x: text.x) }
    }
    #expect(ticks.map(\.time) == [100, 120, 140, 160, 180, 200])
    for tick in ticks {
      #expect(abs(tick.x - left - (tick.time - 95) / 110 * (right - left)) <= 0.15)
    }
    // An operation cut by the edge keeps its true times.
    #expect(svg.operations.contains { $0.tooltip?.hasSuffix(": 90 to 100 ms") ?? false })
    #expect(svg.texts.contains { $0.string.hasSuffix("95 to 205 of 0 to 270") })
  }

  @Test("Labels drop per kind where boxes are narrow")
  func labelsDropPerKindWhereBoxesAreNarrow() throws {
    // 5 pt of a two-digit number need 0.556 * 2 * 5 / 0.88 = 6.3 pt.
    let chart = try SampleChart(
      devices: 2, microbatches: 20, forward: 3, backwardInput: 3, backwardWeight: 0.5
    )
    .chart
    let svg = DrawnSVG(try chart.render(as: .svg, style: DiagramStyle(width: 900)))
    for operation in svg.operations {
      let fits = operation.right - operation.left > 6.35
      #expect((operation.label != nil) == fits, "\(operation.id)")
    }
    #expect(
      Set(svg.operations.filter { $0.label == nil }.map { $0.classes.split(separator: " ")[2] }) == ["W"])
    let narrow = DrawnSVG(try SampleChart(devices: 2, microbatches: 300).chart.render(as: .svg))
    #expect(narrow.operations.count == 1800)
    #expect(narrow.operations.allSatisfy { $0.label == nil })
  }

  @Test("Repeated operations are all drawn")
  func repeatedOperationsAreAllDrawn() throws {
    var chart = try SampleChart(devices: 1, microbatches: 1).chart
    chart.lanes[0].bars.append(chart.lanes[0].bars[0])
    let svg = DrawnSVG(try chart.render(as: .svg))
    #expect(svg.failure == nil)
    #expect(svg.operations.count == 4)
  }
}

extension [GanttChart.Lane] {
  var joinedBars: [GanttChart.Bar] { flatMap(\.bars) }
}
