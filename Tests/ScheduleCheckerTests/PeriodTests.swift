import PipelineModel
import ScheduleChecker
import TestSupport
import Testing

@Suite("Period")
struct PeriodTests {
  /// The period that the checker works out: what it says when a figure that cannot be is recorded.
  private func period(_ problem: Problem, _ orders: [[Operation]]) -> Double? {
    period(problem, Orders(orders))
  }

  private func period(_ problem: Problem, _ orders: Orders) -> Double? {
    let summary = Summary(
      makespan: 0, period: -1, longestDeviceSpan: 0, makespanBubble: 0, periodBubble: 0, spanBubble: 0,
      imbalance: 0, peakMemory: [])
    let record = RecordedSchedule(
      schedule: Schedule(problem: problem, orders: orders), summary: summary)
    return violations(record).compactMap { violation in
      if case .wrongFigure(.period, _, let expected) = violation.kind { return expected }
      return nil
    }.first
  }

  /// Device d becomes free again when it ends; what 840 iterations take after a long run-up, per iteration:
  /// 840 is a multiple of every number of devices that can take turns on a slowest cycle.
  private func simulatedPeriod(_ paths: [[Double]]) -> Double {
    var free = paths.map { _ in 0.0 }
    var before = free
    for iteration in 0..<1680 {
      if iteration == 840 { before = free }
      free = paths.indices.map { end in paths.indices.reduce(0) { max($0, free[$1] + paths[$1][end]) } }
    }
    return zip(free, before).reduce(0) { max($0, $1.0 - $1.1) } / 840
  }

  @Test("many iterations of random schedules take it each")
  func simulation() throws {
    for seed in 1000..<1200 {
      let schedule = try RandomSchedule(seed: seed)
      let (problem, orders) = (schedule.problem, schedule.orders)
      let found = try #require(period(problem, orders))
      let paths = try #require(ReferenceSimulator.longestPaths(problem, orders))
      #expect(abs(found - simulatedPeriod(paths) - problem.tail) < 1e-7, "seed \(seed)")
      #expect(abs(found - (ReferenceSimulator.period(problem, orders) ?? 0)) < 1e-7, "seed \(seed)")
    }
  }

  @Test("it lies below the longest span where the next iteration fills the wait")
  func belowSpan() throws {
    // Microbatch 0 visits both devices, 1 and 2 only device 1, which waits from 1 to 10 in one iteration:
    //   device 0: F0 0-10, BW0 13-15
    //   device 1: F1 0-1, F0 10-11, BW0 11-13, BW1 13-15, F2 15-16, BW2 16-18
    let visits = (0..<2).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: [10, 1].map { Stage(forward: $0, backwardInput: 1, backwardWeight: 1) },
      microbatches: Array(repeating: Microbatch(), count: 3),
      routes: ([Route(visits: visits), Route(visits: [visits[1]])], [0, 1, 1]))
    let orders = [sequence("F0 BW0", stage: 0), sequence("F1 F0 BW0 BW1 F2 BW2", stage: 1)]
    // L = [[15, 18], [6, 9]].
    #expect(try #require(period(problem, orders)) == 15)
  }

  @Test("two devices may set the pace together, each faster than that alone")
  func crossCycle() throws {
    // Microbatch 0 goes from device 0 to 1, 1 from device 1 to 0; 2 and 3, of scale 2, stay on one device.
    // F lasts 1 and BW 2; the latency is 2 from device 0 to 1 and 4 back. From the first start on
    //   device 0 alone:  device 0 F0 0-1, F1 1-2, BW1 2-4, F2 4-6, BW2 6-10, BW0 10-12
    //                    device 1 F0 3-4, BW0 4-6, F3 6-8, BW3 8-12, BW1 12-14
    //   device 1 alone:  device 1 F1 0-1, F0 1-2, BW0 2-4, F3 4-6, BW3 6-10, BW1 10-12
    //                    device 0 F1 5-6, BW1 6-8, F2 8-10, BW2 10-14, BW0 14-16
    let visits = (0..<2).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let routes = [visits, visits.reversed(), [visits[0]], [visits[1]]].map { Route(visits: $0) }
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: [1, 1, 2, 2].map { Microbatch(scale: $0) },
      communication: .matrix([[0, 2], [4, 0]]), routes: (routes, [0, 1, 2, 3]))
    let orders = [sequence("F0 F1 BW1 F2 BW2 BW0", stage: 0), sequence("F1 F0 BW0 F3 BW3 BW1", stage: 1)]
    // L = [[12, 14], [16, 12]]: alone 12 each, together (14 + 16) / 2; the longest span is 16.
    #expect(try #require(period(problem, orders)) == 15)
  }

  @Test("devices that share nothing: the slowest decides, though their steps never agree")
  func independent() throws {
    let costs = [1.0, 3, 2]
    let problem = try Problem(
      devices: costs.map { Device(optimizerStep: $0) },
      stages: costs.map { Stage(forward: $0, backwardInput: $0, backwardWeight: $0) },
      microbatches: Array(repeating: Microbatch(), count: 3),
      routes: (
        (0..<3).map { Route(visits: [.init(stage: Stage.ID($0), device: Device.ID($0))]) }, [0, 1, 2]
      ))
    let orders = (0..<3).map { sequence("F\($0) BW\($0)", stage: $0) }
    #expect(try #require(period(problem, orders)) == 12)
  }
}
