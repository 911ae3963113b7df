import PipelineModel
import ScheduleChecker
import Testing

@Suite("Modes: recompute and offload")
struct ModeRuleTests {
  /// One device with one stage: all 6 held, recomputed from 1, or 4 of 6 on the host, 3 away.
  private func single(
    _ modes: [[Int]], limit: Double? = nil, per extent: Mode.Extent = .microbatch
  ) throws -> Problem {
    let stage = Stage(
      forward: 10, backward: .split(input: 11, weight: 7), activationForB: 6, activationForW: 2.4,
      modes: [
        Mode(name: "full", checkpoint: 1, recompute: 10), Mode(name: "host", offload: 4),
      ])
    let host = HostLink(bandwidth: 2, latency: 1)
    return try Problem(
      Instance(
        devices: [Device(memoryLimit: limit, host: host)], stages: [stage],
        microbatches: Array(repeating: Microbatch(), count: modes.count), modesPer: extent),
      modes: ModeChoice(modes))
  }

  // MARK: R

  private static let recomputed = [sequence("F0 F1 R0 B0 W0 R1 B1 W1", stage: 0)]

  /// By hand: nothing waits, 20 of 76 is recomputed, and the first `R` grows from 1 to 6 beside 1.
  private static let recomputedTimes = RecordedSchedule.Times(
    starts: [0, 10, 20, 30, 41, 48, 58, 69], ends: [10, 20, 30, 41, 48, 58, 69, 76])
  private static let recomputedSummary = Summary(
    makespan: 76, period: 76, longestDeviceSpan: 76, makespanBubble: 0, periodBubble: 0, spanBubble: 0,
    imbalance: 0, peakMemory: [7], recomputeShare: 20.0 / 76)

  @Test("R has a duration, grows memory, and counts as added work")
  func recompute() throws {
    let problem = try single([[1], [1]])
    #expect(
      try lines(
        violations(
          fused(
            problem: problem, orders: Self.recomputed, times: Self.recomputedTimes,
            summary: Self.recomputedSummary))) == [])
    var lie = Self.recomputedSummary
    lie.recomputeShare = nil
    #expect(
      try lines(violations(fused(problem: problem, orders: Self.recomputed, times: nil, summary: lie))) == [
        "recomputeShare is recorded as 0, but is 0.2631578947368421"
      ])
    #expect(
      try lines(violations(Self.recomputed, of: single([[1], [1]], limit: 6.9))) == [
        "device 0: R(stage 0, microbatch 0) raises memory to 7, over the limit 6.9"
      ])
  }

  @Test("R and L are neither missing nor extra, and stand between F and B")
  func order() throws {
    #expect(
      try lines(violations([sequence("F0 B0 W0", stage: 0)], of: single([[1]]))) == [
        "device 0: R(stage 0, microbatch 0) is missing"
      ])
    #expect(
      try lines(violations([sequence("F0 R0 B0 W0", stage: 0)], of: single([[0]]))) == [
        "device 0: R(stage 0, microbatch 0) names a pass that the stage does not have in mode \"plain\": "
          + "expected F and B and W"
      ])
    #expect(
      try lines(violations([sequence("F0 B0 W0", stage: 0)], of: single([[2]]))) == [
        "device 0: L(stage 0, microbatch 0) is missing"
      ])
    #expect(
      try lines(violations([sequence("F0 L0 L0 B0 W0", stage: 0)], of: single([[2]]))) == [
        "device 0: L(stage 0, microbatch 0) repeats the work of L(stage 0, microbatch 0)"
      ])
    #expect(
      try lines(violations([sequence("L0 F0 B0 W0", stage: 0)], of: single([[2]]))) == [
        "device 0: L(stage 0, microbatch 0) comes before F(stage 0, microbatch 0) in the same order, and needs it"
      ])
    #expect(
      try lines(violations([sequence("F0 B0 R0 W0", stage: 0)], of: single([[1]]))) == [
        "device 0: B(stage 0, microbatch 0) comes before R(stage 0, microbatch 0) in the same order, and needs it"
      ])
  }

  // MARK: L

  private static let offloaded = [sequence("F0 F1 L0 B0 W0 L1 B1 W1", stage: 0)]

  /// By hand, under a limit of 10: the second `F` would make it 12 and waits for the first offload, the first `L` makes
  /// it 12 again and waits for the second.
  private static let offloadedTimes: RecordedSchedule.Times = {
    var times = RecordedSchedule.Times(
      starts: [0, 13, 26, 29, 40, 47, 50, 61], ends: [10, 23, 29, 40, 47, 50, 61, 68])
    times.offloads = [0: 10...13, 1: 23...26]
    return times
  }()
  private static let offloadedSummary = Summary(
    makespan: 68, period: 68, longestDeviceSpan: 68, makespanBubble: 12.0 / 68, periodBubble: 12.0 / 68,
    spanBubble: 12.0 / 68, imbalance: 0, peakMemory: [8], peakHostMemory: [8], hostBusy: [6.0 / 68])

  private func offloaded(_ change: (inout RecordedSchedule.Times) -> Void) throws -> [String] {
    var times = Self.offloadedTimes
    change(&times)
    return try lines(
      violations(
        fused(
          problem: single([[2], [2]], limit: 10), orders: Self.offloaded, times: times,
          summary: Self.offloadedSummary)))
  }

  @Test("transfers take their time, and what needs room waits for them")
  func offload() throws {
    #expect(try offloaded { _ in } == [])
    #expect(
      try offloaded { $0.offloads[0] = nil } == [
        "device 0: F(stage 0, microbatch 0) has no offloadStart and offloadEnd, but offloads in its mode"
      ])
    #expect(
      try offloaded { $0.offloads[4] = 47...50 } == [
        "device 0: W(stage 0, microbatch 0) has offloadStart and offloadEnd, but offloads nothing in its mode"
      ])
    #expect(
      try offloaded { $0.offloads[1] = 22...25 } == [
        "device 0: F(stage 0, microbatch 1) is recorded as offloading from 22 to 25, but does from 23 to 26",
        "device 0: L(stage 0, microbatch 0) starts at 26, but could start at 25",
      ])
    #expect(
      try offloaded { ($0.starts[2], $0.ends[2]) = (27, 30) } == [
        "device 0: L(stage 0, microbatch 0) starts at 27, but could start at 26",
        "device 0: B(stage 0, microbatch 0) starts at 29, before the reload that L(stage 0, microbatch 0) "
          + "launches ends at 30",
      ])
    #expect(
      try offloaded { $0.ends[2] = 28 } == [
        "device 0: L(stage 0, microbatch 0) is recorded as lasting 2, but lasts 3",
        "device 0: B(stage 0, microbatch 0) starts at 29, but could start at 28",
      ])
    #expect(
      try offloaded {
        $0.starts[1] = 12
        $0.ends[1] = 22
        $0.offloads[1] = 22...25
        $0.starts[2] = 25
        $0.ends[2] = 28
      }.first
        == "device 0: F(stage 0, microbatch 1) starts at 12, before the offload behind F(stage 0, microbatch 0) "
        + "ends at 13")
  }

  @Test("what no offload makes room for does not fit")
  func tooLarge() throws {
    // Of the second F, 2 and 6 at the least; of the first L, the same.
    #expect(
      try lines(violations(Self.offloaded, of: single([[2], [2]], limit: 7))) == [
        "device 0: F(stage 0, microbatch 1) raises memory to 8, over the limit 7",
        "device 0: L(stage 0, microbatch 0) raises memory to 8, over the limit 7",
      ])
  }

  @Test("figures of hosts are those of the transfers")
  func figures() throws {
    var summary = Self.offloadedSummary
    summary.peakMemory = [12]
    summary.peakHostMemory = [4]
    summary.hostBusy = nil
    let problem = try single([[2], [2]], limit: 10)
    #expect(
      try lines(violations(fused(problem: problem, orders: Self.offloaded, times: nil, summary: summary)))
        == [
          "device 0: peakMemory is recorded as 12, but is 8",
          "device 0: peakHostMemory is recorded as 4, but is 8",
          "device 0: hostBusy is recorded as 0, but is 0.08823529411764706",
        ])
    summary = Self.offloadedSummary
    summary.hostBusy = []
    #expect(
      try lines(violations(fused(problem: problem, orders: Self.offloaded, times: nil, summary: summary)))
        == [
          "hostBusy has 0 entries, but there are 1 devices"
        ])
  }

  @Test("L has no gap before it, and what follows has that from before, counted from L; R counts as F")
  func gaps() throws {
    var parts = ProblemParts(of: try single([[2], [1]], limit: 100))
    parts.gap = Gap(forwardForward: 1, forwardBackward: 2, backwardForward: 3, backwardBackward: 4)
    let problem = try parts.problem()
    // F0 to 10, F1 to 21, L0 at 21 fetches to 24, R1 waits for the gap FF alone, B0 for 2 after R1.
    let orders = [sequence("F0 F1 L0 R1 B0 W0 B1 W1", stage: 0)]
    var times = RecordedSchedule.Times(
      starts: [0, 11, 21, 22, 34, 49, 60, 75], ends: [10, 21, 24, 32, 45, 56, 71, 82])
    times.offloads = [0: 10...13]
    #expect(try lines(violations(fused(problem: problem, orders: orders, times: times, summary: nil))) == [])
  }

  // MARK: The choice

  private func twoStages(
    _ modes: [[Int]], per extent: Mode.Extent, names: [[String]] = [["full"], ["full"]]
  ) throws -> [String] {
    let stages = names.map { names in
      Stage(
        forward: 1, backward: .split(input: 1, weight: 1),
        modes: names.map { Mode(name: $0, checkpoint: 0.5) })
    }
    let problem = try Problem(
      Instance(
        devices: [Device(), Device()], stages: stages, microbatches: [Microbatch(), Microbatch()],
        modesPer: extent), modes: ModeChoice(modes))
    return try lines(
      violations([sequence("F0 F1 BW0 BW1", stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)], of: problem))
  }

  @Test("one mode per stage, or one name for all stages that have modes")
  func extent() throws {
    #expect(try twoStages([[0, 1], [1, 1]], per: .microbatch) == [])
    #expect(try twoStages([[0, 1], [0, 1]], per: .stage) == [])
    #expect(
      try twoStages([[0, 1], [1, 1]], per: .stage) == [
        "stage 0 is in modes \"plain\" and \"full\", but modesPer is stage: expected one"
      ])
    #expect(try twoStages([[1, 1], [1, 1]], per: .problem) == [])
    #expect(
      try twoStages([[0, 1], [0, 1]], per: .problem) == [
        "stages are in modes \"plain\" and \"full\", but modesPer is problem: expected one name"
      ])
    #expect(try twoStages([[1, 2], [1, 2]], per: .problem, names: [["a"], ["b", "a"]]) == [])
    #expect(try twoStages([[0, 1], [0, 1]], per: .problem, names: [[], ["a"]]) == [])
  }

  @Test("R and L are in no pair")
  func pairs() throws {
    let problem = try single([[1], [1]])
    let operations = sequence("F0 F1 R0 BW0 R1 BW1", stage: 0)
    for first in [2, 3] {
      let orders = Orders(operations: operations, bounds: [0, 6], pairs: [first])
      let found = violations(RecordedSchedule(schedule: Schedule(problem: problem, orders: orders)))
      #expect(
        found == [
          Violation(
            .operation(operations[first], Device.ID(0), position: first),
            .wrongPair(with: operations[first + 1]))
        ])
    }
  }
}
