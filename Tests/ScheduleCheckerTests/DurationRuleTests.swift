import PipelineModel
import ScheduleChecker
import Testing

@Suite("Durations")
struct DurationRuleTests {
  private func found(_ problem: Problem, _ orders: [[Operation]], ends: [[Double]]) throws -> [String] {
    let starts = ends.flatMap { [0.0] + $0.dropLast() }
    let times = RecordedSchedule.Times(starts: starts, ends: Array(ends.joined()))
    return try lines(violations(fused(problem: problem, orders: orders, times: times, summary: nil)))
  }

  @Test("factors by pass and by stage; a BW is its B and its W, or has the factor of B")
  func factors() throws {
    let scale = Microbatch.Scale(
      forward: .each([2, 1, 1]), backwardInput: 3, backwardWeight: .each([0.5, 2, 9]))
    let problem = try Problem(
      devices: [Device()],
      stages: [
        Stage(forward: 1, backwardInput: 2, backwardWeight: 4),
        Stage(forward: 1, backwardInput: 2, backwardWeight: 4), Stage(forward: 1, backward: .whole(5)),
      ],
      microbatches: [Microbatch(scale: scale)], placement: .loop)
    let order =
      (0..<3).flatMap { sequence("F0", stage: $0) } + sequence("BW0", stage: 2) + sequence("B0 W0", stage: 1)
      + sequence("BW0", stage: 0)
    // 2, 1, 1, 5 x 3, 2 x 3, 4 x 2, 2 x 3 + 4 x 0.5.
    #expect(try found(problem, [order], ends: [[2, 3, 4, 19, 25, 33, 41]]) == [])
  }

  /// One device of speed 2 with one stage, F = B = 2 and W = 4, and two microbatches, of scale 1 and 0.5.
  private func ends(_ change: (inout Stage) -> Void) throws -> Problem {
    var stage = Stage(forward: 2, backwardInput: 2, backwardWeight: 4)
    change(&stage)
    return try Problem(
      devices: [Device(speed: 2)], stages: [stage], microbatches: [Microbatch(), Microbatch(scale: 0.5)])
  }

  @Test("the first F and the last B of the order have durations of their own, whatever their microbatch")
  func firstAndLast() throws {
    let problem = try ends {
      $0.firstForward = 6
      $0.lastBackward = 8
    }
    // F1 6 x 0.5 / 2, F0 2 / 2, BW1 (2 + 4) x 0.5 / 2, B0 8 / 2, W0 4 / 2.
    #expect(
      try found(problem, [sequence("F1 F0 BW1 B0 W0", stage: 0)], ends: [[1.5, 2.5, 4, 8, 10]]) == [])
    // F0 6 / 2, F1 2 x 0.5 / 2, B0 2 / 2, BW1 (8 + 4) x 0.5 / 2, W0 4 / 2, which comes last and is no B.
    #expect(
      try found(problem, [sequence("F0 F1 B0 BW1 W0", stage: 0)], ends: [[3, 3.5, 4.5, 7.5, 9.5]]) == [])
    #expect(
      try found(problem, [sequence("F1 F0 BW1 B0 W0", stage: 0)], ends: [[1.5, 2.5, 4, 5, 7]]) == [
        "device 0: B(stage 0, microbatch 0) is recorded as lasting 1, but lasts 4"
      ])
  }

  @Test("the last of whole backward passes, and of B without W")
  func lastOfOthers() throws {
    let whole = try ends {
      $0.backward = .whole(6)
      $0.lastBackward = 8
    }
    #expect(try found(whole, [sequence("F0 F1 BW1 BW0", stage: 0)], ends: [[1, 1.5, 3, 7]]) == [])
    let input = try ends {
      $0.backward = .input(6)
      $0.lastBackward = 0
    }
    #expect(try found(input, [sequence("F0 F1 B1 B0", stage: 0)], ends: [[1, 1.5, 3, 3]]) == [])
  }

  @Test("every stage of a device, and every host of a stage, has a first and a last of its own")
  func eachHost() throws {
    var stage = Stage(forward: 1, backward: .whole(2))
    stage.firstForward = 3
    stage.lastBackward = 5
    let routes = (0..<2).map { device in
      Route(visits: (0..<2).map { .init(stage: Stage.ID($0), device: Device.ID(device)) })
    }
    let both = [Device.ID(0), Device.ID(1)]
    let problem = try Problem(
      devices: [Device(), Device()], stages: [stage, stage],
      microbatches: Array(repeating: Microbatch(), count: 3), placement: .explicit([both, both]),
      routes: (routes, [0, 1, 0]))
    let orders = [
      sequence("F0", stage: 0) + sequence("F0", stage: 1) + sequence("BW0", stage: 1)
        + sequence("BW0 F2", stage: 0) + sequence("F2 BW2", stage: 1) + sequence("BW2", stage: 0),
      sequence("F1", stage: 0) + sequence("F1 BW1", stage: 1) + sequence("BW1", stage: 0),
    ]
    #expect(
      try found(problem, orders, ends: [[3, 6, 8, 10, 11, 12, 17, 22], [3, 6, 11, 16]]) == [])
  }

  @Test("a pair lasts the larger factor of its two stages times the durations so changed")
  func pairs() throws {
    var stages = Array(repeating: Stage(forward: 1, backward: .whole(2)), count: 2)
    stages[0].firstForward = 5
    stages[1].lastBackward = 3
    let routes = (0..<2).map { Route(visits: [.init(stage: Stage.ID($0), device: Device.ID(0))]) }
    let problem = try Problem(
      devices: [Device()], stages: stages, microbatches: Array(repeating: Microbatch(), count: 3),
      placement: .loop, overlap: Overlap(forwardBackward: .each([0.5, 0.8])), routes: (routes, [1, 0, 0]))
    let operations =
      sequence("F0", stage: 1) + sequence("F1", stage: 0) + sequence("BW0", stage: 1)
      + sequence("F2 BW1 BW2", stage: 0)
    // 1, then 0.8 x (5 + 3) of two stages, then 0.5 x (1 + 2) of one, then 2.
    let times = RecordedSchedule.Times(
      starts: [0, 1, 1, 7.4, 7.4, 8.9], ends: [1, 7.4, 7.4, 8.9, 8.9, 10.9])
    let orders = Orders(operations: operations, bounds: [0, 6], pairs: [1, 3])
    let record = RecordedSchedule(schedule: Schedule(problem: problem, orders: orders), times: times)
    #expect(lines(violations(record)) == [])
  }
}
