import PipelineModel
import ScheduleChecker
import Testing

@Suite("Gaps, barriers and the tail")
struct GapRuleTests {
  private static let gap = Gap(forwardForward: 1, forwardBackward: 2, backwardForward: 3, backwardBackward: 4)

  /// One device with one stage of F = B = W = 1 and as many microbatches as its order has.
  private func single(
    _ text: String, gap: Gap = Self.gap, pairs: [Int] = [], overlap: Double? = nil
  ) throws -> Schedule {
    let operations = sequence(text, stage: 0)
    let problem = try Problem(
      Instance(
        devices: [Device()], stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
        microbatches: Array(repeating: Microbatch(), count: operations.count { $0.kind == .forward }),
        overlap: overlap.map { Overlap(forwardBackward: $0) }, gap: gap))
    let bounds = [0, operations.count]
    return Schedule(problem: problem, orders: Orders(operations: operations, bounds: bounds, pairs: pairs))
  }

  @Test("a gap by transition, W as B, none before the first operation, no work")
  func transitions() throws {
    let times = RecordedSchedule.Times(
      starts: [0, 2, 5, 10, 14, 17, 23], ends: [1, 3, 6, 11, 15, 19, 25])
    let summary = Summary(
      makespan: 25, period: 25, longestDeviceSpan: 25, makespanBubble: 0.64, periodBubble: 0.64,
      spanBubble: 0.64, imbalance: 0, peakMemory: [2])
    let schedule = try single("F0 F1 B0 W0 F2 BW1 BW2")
    #expect(lines(violations(RecordedSchedule(schedule: schedule, times: times, summary: summary))) == [])
  }

  @Test("a start in a gap is named, and one after it")
  func startInGap() throws {
    let schedule = try single("F0 B0 W0")
    func found(_ starts: [Double]) -> [String] {
      let times = RecordedSchedule.Times(starts: starts, ends: starts.map { $0 + 1 })
      return lines(violations(RecordedSchedule(schedule: schedule, times: times)))
    }
    #expect(found([0, 3, 8]) == [])
    #expect(
      found([0, 3, 6]) == [
        "device 0: W(stage 0, microbatch 0) starts at 6, before the gap after B(stage 0, microbatch 0) ends at 8"
      ])
    #expect(found([0, 3, 9]) == ["device 0: W(stage 0, microbatch 0) starts at 9, but could start at 8"])
    #expect(
      found([0, 0.5, 5.5]) == [
        "device 0: B(stage 0, microbatch 0) starts at 0.5, before F(stage 0, microbatch 0) on the same device "
          + "ends at 1",
        "device 0: B(stage 0, microbatch 0) starts at 0.5, before its input from F(stage 0, microbatch 0) "
          + "arrives at 1",
      ])
  }

  @Test("a pair begins as its F and ends as its BW")
  func pair() throws {
    // F0 0-1, FF, F1 with BW0 for 0.5 x 3, BB, BW1.
    let times = RecordedSchedule.Times(starts: [0, 2, 2, 7.5], ends: [1, 3.5, 3.5, 9.5])
    let schedule = try single("F0 F1 BW0 BW1", pairs: [1], overlap: 0.5)
    #expect(lines(violations(RecordedSchedule(schedule: schedule, times: times))) == [])
  }

  @Test("an input that arrives later than the gap ends is waited for, and not the gap again")
  func arrival() throws {
    // Device 0: F0 0-3, F1 3.5-6.5, BW0 10-12, BW1 12.5-14.5; device 1: F0 3-4, F1 6.5-7.5, BW0 8-10, BW1
    // 10.5-12.5.
    let problem = try Problem(
      Instance(
        devices: [Device(), Device()],
        stages: [3, 1].map { Stage(forward: $0, backwardInput: 1, backwardWeight: 1) },
        microbatches: [Microbatch(), Microbatch()], gap: Gap(0.5)))
    let times = RecordedSchedule.Times(
      starts: [0, 3.5, 10, 12.5, 3, 6.5, 8, 10.5], ends: [3, 6.5, 12, 14.5, 4, 7.5, 10, 12.5])
    let orders = (0..<2).map { sequence("F0 F1 BW0 BW1", stage: $0) }
    #expect(try lines(violations(fused(problem: problem, orders: orders, times: times, summary: nil))) == [])
  }

  // MARK: Barriers and the tail

  /// The figures that the checker works out, where all those that are recorded cannot be.
  private func figures(_ problem: Problem, _ orders: [[Operation]]) throws -> [Violation.Figure: Double] {
    let summary = Summary(
      makespan: -1, period: -1, longestDeviceSpan: -1, makespanBubble: -9, periodBubble: -9, spanBubble: -9,
      imbalance: -9, peakMemory: [])
    let found = try violations(fused(problem: problem, orders: orders, times: nil, summary: summary))
    var figures: [Violation.Figure: Double] = [:]
    for violation in found {
      if case .wrongFigure(let figure, _, let expected) = violation.kind { figures[figure] = expected }
    }
    return figures
  }

  @Test("devices take their optimizer steps when all have ended, and the tail comes last")
  func barrier() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let problem = try Problem(
      Instance(
        devices: Array(repeating: Device(optimizerStep: 1), count: 2), stages: [stage, stage],
        microbatches: [Microbatch(), Microbatch()], barrier: .all, tail: 0.5))
    // Last ends 9 and 7, both devices end at 10; alone, device 1 would span 7. L = [[10, 10], [9, 9]].
    let summary = Summary(
      makespan: 10.5, period: 10.5, longestDeviceSpan: 10, makespanBubble: 1.0 / 3, periodBubble: 1.0 / 3,
      spanBubble: 0.3, imbalance: 0, peakMemory: [2, 1])
    #expect(try violations(fused(problem: problem, summary: summary)) == [])
  }

  @Test("with a barrier a device that waited cannot begin the next iteration early")
  func periodOfBarrier() throws {
    // As in the test of the period: without a barrier L = [[15, 18], [6, 9]] and the period is 15.
    let visits = (0..<2).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let orders = [sequence("F0 BW0", stage: 0), sequence("F1 F0 BW0 BW1 F2 BW2", stage: 1)]
    func period(_ barrier: Barrier) throws -> Double? {
      let instance = Instance(
        devices: [Device(), Device()],
        stages: [10, 1].map { Stage(forward: $0, backwardInput: 1, backwardWeight: 1) },
        microbatches: Array(repeating: Microbatch(), count: 3), barrier: barrier)
      let problem = try Problem(
        instance, routes: ([Route(visits: visits), Route(visits: [visits[1]])], [0, 1, 1]))
      return try figures(problem, orders)[.period]
    }
    #expect(try period(.none) == 15)
    #expect(try period(.groups([[Device.ID(0)], [Device.ID(1)]])) == 15)
    #expect(try period(.all) == 18)
  }

  @Test("a group waits for its own, and for no device without operations")
  func groups() throws {
    // Three stages of F + BW = 3, 9 and 6 on devices of their own, one microbatch each; device 3 has nothing.
    let costs = [1.0, 3, 2]
    let routes = (0..<3).map { Route(visits: [.init(stage: Stage.ID($0), device: Device.ID($0))]) }
    let orders = (0..<3).map { sequence("F\($0) BW\($0)", stage: $0) } + [[]]
    func makespan(_ groups: [[Int]]) throws -> Double? {
      let problem = try Problem(
        Instance(
          devices: [5, 0, 1, 100].map { Device(optimizerStep: $0) },
          stages: costs.map { Stage(forward: $0, backwardInput: $0, backwardWeight: $0) },
          microbatches: Array(repeating: Microbatch(), count: 3),
          placement: .explicit([0, 1, 2].map { [Device.ID($0)] }),
          barrier: .groups(groups.map { $0.map { Device.ID($0) } })), routes: (routes, [0, 1, 2]))
      return try figures(problem, orders)[.makespan]
    }
    #expect(try makespan([]) == 9)
    #expect(try makespan([[0, 2]]) == 11)
    #expect(try makespan([[0, 1]]) == 14)
    #expect(try makespan([[1, 2, 3]]) == 10)
  }
}
