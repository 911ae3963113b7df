import PipelineModel
import ScheduleChecker
import Testing

@Suite("Passes that do not exist")
struct PassRuleTests {
  /// Two devices with one stage each and two microbatches; the first stage's `F` lasts 2, the second's 1.
  private func problem(_ first: Stage.Backward, _ second: Stage.Backward) throws -> Problem {
    try Problem(
      devices: [Device(), Device()],
      stages: [Stage(forward: 2, backward: first), Stage(forward: 1, backward: second)],
      microbatches: [Microbatch(), Microbatch()])
  }

  @Test("a frozen stage below one with a whole backward pass, times and figures by hand")
  func frozen() throws {
    let orders = [sequence("F0 F1", stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)]
    let times = RecordedSchedule.Times(starts: [0, 2, 2, 3, 6, 7], ends: [2, 4, 3, 6, 7, 10])
    // L = [[4, 10], [none, 8]]; device 1 waits for nothing once it has begun.
    let summary = Summary(
      makespan: 10, period: 8, longestDeviceSpan: 8, makespanBubble: 0.4, periodBubble: 0.25, spanBubble: 0,
      imbalance: 0.25, peakMemory: [1, 1])
    #expect(
      try violations(
        fused(problem: problem(.none, .whole(3)), orders: orders, times: times, summary: summary)) == [])
  }

  @Test("frozen weights below trainable ones: B and no W, which releases everything")
  func frozenWeights() throws {
    let orders = [sequence("F0 B0 F1 B1", stage: 0), sequence("F0 B0 F1 B1", stage: 1)]
    // Device 0: F0 0-2, B0 4-7, F1 7-9, B1 11-14; device 1: F0 2-3, B0 3-4, F1 9-10, B1 10-11.
    let times = RecordedSchedule.Times(
      starts: [0, 4, 7, 11, 2, 3, 9, 10], ends: [2, 7, 9, 14, 3, 4, 10, 11])
    let summary = Summary(
      makespan: 14, period: 14, longestDeviceSpan: 14, makespanBubble: 0.5, periodBubble: 0.5,
      spanBubble: 1 - 10.0 / 14, imbalance: 0.3, peakMemory: [1, 1])
    #expect(
      try violations(
        fused(problem: problem(.input(3), .input(1)), orders: orders, times: times, summary: summary)) == [])
  }

  @Test("a pass that the stage does not have is named with those that it has")
  func unknownPass() throws {
    func found(_ backward: Stage.Backward, _ first: String) throws -> [String] {
      let orders = [sequence(first, stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)]
      return try lines(violations(orders, of: problem(backward, .whole(1))))
    }
    #expect(try found(.none, "F0 F1") == [])
    for (kind, name) in [("B", "B"), ("W", "W"), ("BW", "BW")] {
      #expect(
        try found(.none, "F0 F1 \(kind)1") == [
          "device 0: \(name)(stage 0, microbatch 1) names a pass that the stage does not have: expected F"
        ])
    }
    #expect(
      try found(.input(1), "F0 F1 B0 B1 W1") == [
        "device 0: W(stage 0, microbatch 1) names a pass that the stage does not have: expected F and B"
      ])
    #expect(
      try found(.input(1), "F0 F1 B0 BW1") == [
        "device 0: BW(stage 0, microbatch 1) names a pass that the stage does not have: expected F and B",
        "device 0: B(stage 0, microbatch 1) is missing",
      ])
    #expect(
      try found(.whole(1), "F0 F1 BW0 B1 W1") == [
        "device 0: B(stage 0, microbatch 1) names a pass that the stage does not have: expected F and BW",
        "device 0: W(stage 0, microbatch 1) names a pass that the stage does not have: expected F and BW",
        "device 0: BW(stage 0, microbatch 1) is missing",
      ])
  }

  @Test("what exists can be missing")
  func missing() throws {
    let orders = [sequence("F0 B0 F1", stage: 0), sequence("F0 BW0 F1", stage: 1)]
    #expect(
      try lines(violations(orders, of: problem(.input(1), .whole(1)))) == [
        "device 0: B(stage 0, microbatch 1) is missing", "device 1: BW(stage 1, microbatch 1) is missing",
      ])
  }
}
