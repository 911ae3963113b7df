import PipelineModel
import ScheduleChecker
import Testing

@Suite("Stages that name their inputs")
struct InputRuleTests {
  /// Stages of F = B = W = 1 on a device each, one microbatch; `nil` for the visit before.
  private func problem(
    _ inputs: [[Int]?], hosts: [Int]? = nil, forward: [Int: Double] = [:],
    backward: [Int: Stage.Backward] = [:],
    communication: Communication = .uniform(0), route: [Int]? = nil
  ) throws -> Problem {
    let hosts = hosts ?? Array(inputs.indices)
    let stages = inputs.enumerated().map { stage, inputs in
      Stage(
        forward: forward[stage] ?? 1, backward: backward[stage] ?? .split(input: 1, weight: 1),
        inputs: inputs?.map { Stage.ID($0) })
    }
    let visits = (route ?? Array(stages.indices)).map {
      Route.Visit(stage: Stage.ID($0), device: Device.ID(hosts[$0]))
    }
    return try Problem(
      devices: Array(repeating: Device(), count: (hosts.max() ?? 0) + 1), stages: stages,
      microbatches: [Microbatch()], placement: .explicit(hosts.map { [Device.ID($0)] }),
      communication: communication, routes: ([Route(visits: visits)], [0]))
  }

  private func found(_ problem: Problem, _ orders: [[Operation]], at starts: [Double]) throws -> [String] {
    let operations = orders.joined()
    let ends = zip(starts, operations).map { start, operation in
      start + (problem.stages[operation.stage.index].duration(of: operation.kind) ?? 0)
    }
    let times = RecordedSchedule.Times(starts: starts, ends: ends)
    return try lines(violations(fused(problem: problem, orders: orders, times: times, summary: nil)))
  }

  private func orders(_ texts: [String]) -> [[Operation]] {
    texts.enumerated().map { sequence($0.element, stage: $0.offset) }
  }

  @Test("two encoders start at once, what joins them waits for both, and both wait for its gradient")
  func fanIn() throws {
    // Latency 1: F 0-1 and F 0-2; F 3-4, B 4-5, W 5-6; B 6-7 and W 7-8 on both.
    let joined = try problem([nil, [], [0, 1]], forward: [1: 2], communication: .uniform(1))
    let each = orders(["F0 B0 W0", "F0 B0 W0", "F0 B0 W0"])
    #expect(try found(joined, each, at: [0, 6, 7, 0, 6, 7, 3, 4, 5]) == [])
    #expect(
      try found(joined, each, at: [0, 6, 7, 0, 6, 7, 2, 3, 4]).first
        == "device 0: B(stage 0, microbatch 0) starts at 6, but could start at 5")
    #expect(
      try found(joined, each, at: [0, 6, 7, 0, 6, 7, 2, 4, 5]) == [
        "device 2: F(stage 2, microbatch 0) starts at 2, before its input from F(stage 1, microbatch 0) "
          + "arrives at 3",
        "device 2: B(stage 2, microbatch 0) starts at 4, but could start at 3",
      ])
    #expect(
      try found(joined, each, at: [0, 6, 7, 1, 6, 7, 4, 5, 6]).contains(
        "device 1: F(stage 1, microbatch 0) starts at 1, but could start at 0"))
  }

  @Test("a stage that feeds two waits for the gradients of both")
  func fanOut() throws {
    // The last stage needs the first as well: F 0-1, 1-2, 2-3, B 3-4, 4-5, 5-6, W behind each.
    let skipping = try problem([nil, nil, [0, 1]])
    let each = orders(["F0 B0 W0", "F0 B0 W0", "F0 B0 W0"])
    #expect(try found(skipping, each, at: [0, 5, 6, 1, 4, 5, 2, 3, 4]) == [])
    #expect(
      try found(skipping, each, at: [0, 4, 5, 1, 4, 5, 2, 3, 4]) == [
        "device 0: B(stage 0, microbatch 0) starts at 4, before its input from B(stage 1, microbatch 0) "
          + "arrives at 5"
      ])
  }

  @Test("of the named inputs, those count that the route visits")
  func shortRoute() throws {
    let text = try problem([nil, [], [0, 1]], hosts: [0, 1, 1], forward: [1: 9], route: [0, 2])
    #expect(
      try found(
        text, [sequence("F0 B0 W0", stage: 0), sequence("F0 B0 W0", stage: 2)], at: [0, 3, 4, 1, 2, 3])
        == [])
  }

  @Test("no gradient goes to a frozen tower")
  func frozenTower() throws {
    let frozen = try problem([nil, [], [0, 1]], forward: [1: 3], backward: [1: .none])
    #expect(
      try found(frozen, orders(["F0 B0 W0", "F0", "F0 B0 W0"]), at: [0, 5, 6, 0, 3, 4, 5]) == [])
    // A frozen stage beside the way: F 0-1, 1-2, 2-3, B 3-4, and B 4-5 on the first, which waits for no other.
    let beside = try problem([nil, nil, [0, 1]], backward: [1: .none])
    let each = orders(["F0 B0 W0", "F0", "F0 B0 W0"])
    #expect(try found(beside, each, at: [0, 4, 5, 1, 2, 3, 4]) == [])
    #expect(
      try found(beside, each, at: [0, 6, 7, 1, 2, 3, 4]) == [
        "device 0: B(stage 0, microbatch 0) starts at 6, but could start at 4"
      ])
  }

  @Test("an operation before its own input is named alone, not what waits for it elsewhere")
  func beforeInput() throws {
    let joined = try problem([nil, [], [0, 1]])
    #expect(
      try lines(violations(orders(["F0 B0 W0", "B0 F0 W0", "F0 B0 W0"]), of: joined)) == [
        "device 1: B(stage 1, microbatch 0) comes before F(stage 1, microbatch 0) in the same order, and needs it"
      ])
  }

  /// Messages that take 2 to leave and 0.5 more to arrive, one at a time.
  private func queues(_ serialise: Communication.Serialisation, devices: Int) -> Communication {
    func all(_ value: Double) -> [[Double]] {
      Array(repeating: Array(repeating: value, count: devices), count: devices)
    }
    return .links(.init(latency: all(0.5), bandwidth: all(1), bytes: 2, serialise: serialise))
  }

  @Test("every operation that needs an output has a message of its own")
  func messages() throws {
    // F(0) 0-1 sends twice over one link: 1-3 and 3-5. F(1) 3.5, F(2) 5.5, B(2) 6.5-7.5, W(2), B(1) 8.5-9.5,
    // W(1). Gradients leave 7.5-9.5 and 9.5-11.5: B(0) 12.
    let shared = try problem([nil, [0], [0]], hosts: [0, 1, 1], communication: queues(.link, devices: 2))
    let orders = [
      sequence("F0 B0 W0", stage: 0),
      sequence("F0", stage: 1) + sequence("F0 B0 W0", stage: 2) + sequence("B0 W0", stage: 1),
    ]
    #expect(try found(shared, orders, at: [0, 12, 13, 3.5, 5.5, 6.5, 7.5, 8.5, 9.5]) == [])
  }

  @Test("messages of one producer leave in the order of the route")
  func orderOfMessages() throws {
    // The route is 0, 2, 1: over the uplink the message to stage 2 leaves first.
    // F(0) 0-1; F(2) 3.5-4.5, B(2) 4.5-5.5; F(1) 5.5-6.5, B(1) 6.5-7.5; gradients at 8 and 10.
    let turned = try problem(
      [nil, [0], [0]], communication: queues(.uplink, devices: 3), route: [0, 2, 1])
    let each = orders(["F0 B0 W0", "F0 B0 W0", "F0 B0 W0"])
    #expect(try found(turned, each, at: [0, 10, 11, 5.5, 6.5, 7.5, 3.5, 4.5, 5.5]) == [])
    #expect(try found(turned, each, at: [0, 10, 11, 3.5, 4.5, 5.5, 5.5, 6.5, 7.5]).count == 2)
  }
}
