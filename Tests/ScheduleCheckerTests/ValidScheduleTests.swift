import PipelineModel
import ScheduleChecker
import Testing

@Suite("Schedules without violations")
struct ValidScheduleTests {
  @Test("1F1B with fused backward passes, times and figures by hand")
  func fusedPair() throws {
    #expect(try violations(fused()) == [])
  }

  @Test("split backward passes, with latency and an optimizer step")
  func splitPair() throws {
    // Latency 0.5 and an optimizer step of 2 per device:
    //   device 0: F0 0-1, F1 1-2, B0 4-5, W0 5-6, B1 6-7, W1 7-8, optimizer 8-10
    //   device 1: F0 1.5-2.5, B0 2.5-3.5, F1 3.5-4.5, B1 4.5-5.5, W0 5.5-6.5, W1 6.5-7.5, optimizer 7.5-9.5
    let problem = try pair(latency: 0.5).with(optimizerStep: 2)
    let orders = [sequence("F0 F1 B0 W0 B1 W1", stage: 0), sequence("F0 B0 F1 B1 W0 W1", stage: 1)]
    let starts = [0, 1, 4, 5, 6, 7, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    let times = RecordedSchedule.Times(starts: starts, ends: starts.map { $0 + 1 })
    // Spans 10 and 8; the only other cycle, 0 -> 1 -> 0, takes 9.5 + 8.5 in two iterations.
    let summary = Summary(
      makespan: 10, period: 10, longestDeviceSpan: 10, makespanBubble: 0.2, periodBubble: 0.2,
      spanBubble: 0.2, imbalance: 0, peakMemory: [2, 1.5],
      certificate: Certificate(objective: .period, lowerBound: 8, gap: 0.2, optimal: false))
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: summary)) == [])
  }

  @Test("orders alone, fused and split mixed")
  func ordersAlone() throws {
    #expect(
      try violations([sequence("F0 F1 BW0 B1 W1", stage: 0), sequence("F0 F1 B1 B0 W0 W1", stage: 1)]) == [])
    #expect(
      try violations([sequence("F0 F1 B1 BW0 W1", stage: 0), sequence("F0 F1 B1 BW0 W1", stage: 1)]) == [])
  }

  @Test("a device without operations counts in the rates and nowhere else")
  func idleDevice() throws {
    let problem = try Problem(
      devices: Array(repeating: Device(optimizerStep: 1), count: 2),
      stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1, staticMemory: 3)],
      microbatches: [Microbatch(scale: 2)],
      placement: .explicit([[Device.ID(0), Device.ID(1)]]),
      routes: ([Route(visits: [.init(stage: Stage.ID(0), device: Device.ID(0))])], [0]))
    let times = RecordedSchedule.Times(starts: [0, 2], ends: [2, 6])
    let summary = Summary(
      makespan: 7, period: 7, longestDeviceSpan: 7, makespanBubble: 0.5, periodBubble: 0.5,
      spanBubble: 0, imbalance: 0.5, peakMemory: [4, 3])
    let orders = [sequence("F0 BW0", stage: 0), []]
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: summary)) == [])
  }

  @Test("no duration at all: every rate is zero")
  func zeroDurations() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 0, backwardInput: 0, backwardWeight: 0)],
      microbatches: [Microbatch()])
    let summary = Summary(
      makespan: 0, period: 0, longestDeviceSpan: 0, makespanBubble: 0, periodBubble: 0, spanBubble: 0,
      imbalance: 0, peakMemory: [1],
      certificate: Certificate(objective: .period, lowerBound: 0, gap: 0, optimal: true))
    let times = RecordedSchedule.Times(starts: [0, 0], ends: [0, 0])
    let orders = [sequence("F0 BW0", stage: 0)]
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: summary)) == [])
  }
}
