import PipelineModel
import ScheduleChecker
import Testing

@Suite("Memory limits")
struct MemoryRuleTests {
  /// One device whose F holds 1 until B, of which 0.43 stays until W, besides 2 of static memory.
  private func single(limit: Double, microbatches: Int = 3) throws -> Problem {
    let stage = Stage(
      forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 0.43,
      staticMemory: 2)
    return try Problem(
      devices: [Device(memoryLimit: limit)], stages: [stage],
      microbatches: Array(repeating: Microbatch(), count: microbatches))
  }

  @Test("every start over the limit is named, with what it raises memory to")
  func everyStart() throws {
    let orders = [sequence("F0 F1 F2 BW0 BW1 BW2", stage: 0)]
    #expect(
      try lines(violations(orders, of: single(limit: 3.5))) == [
        "device 0: F(stage 0, microbatch 1) raises memory to 4, over the limit 3.5",
        "device 0: F(stage 0, microbatch 2) raises memory to 5, over the limit 3.5",
      ])
    #expect(try violations(orders, of: single(limit: 5)) == [])
  }

  @Test("B leaves activationForW, W and BW leave nothing")
  func releases() throws {
    // 2 + 0.43 + 0.43 + 1 at the third F; BW or W before it would leave less.
    let late = [sequence("F0 B0 F1 B1 F2 B2 W0 W1 W2", stage: 0)]
    #expect(try violations(late, of: single(limit: 3.86)) == [])
    #expect(try violations(late, of: single(limit: 3.85)).map(\.operation) == [operation("F2", stage: 0)])
    let early = [sequence("F0 B0 W0 F1 BW1 F2 B2 W2", stage: 0)]
    #expect(try violations(early, of: single(limit: 3)) == [])
  }

  @Test("a release after a start does not help it")
  func growthBeforeRelease() throws {
    #expect(
      try violations([sequence("F0 F1 BW0 BW1", stage: 0)], of: single(limit: 3.99, microbatches: 2)).count
        == 1)
    #expect(
      try violations([sequence("F0 BW0 F1 BW1", stage: 0)], of: single(limit: 3, microbatches: 2)) == [])
  }

  @Test("many decimal sizes do not add up to a violation")
  func rounding() throws {
    let count = 2000
    let text = (0..<count).map { "F\($0) B\($0) W\($0)" }.joined(separator: " ")
    #expect(try violations([sequence(text, stage: 0)], of: single(limit: 3, microbatches: count)) == [])
  }

  @Test("repeated and misplaced operations neither hold nor release memory")
  func strayOperations() throws {
    let orders = [sequence("F0 F0 BW0 BW0 F1 BW1", stage: 0)]
    let found = try violations(orders, of: single(limit: 3, microbatches: 2))
    #expect(found.map(\.operation) == [operation("F0", stage: 0), operation("BW0", stage: 0)])
  }

  @Test("a missing B is no leak, a missing W is one")
  func missingBackward() throws {
    let withoutB = try violations([sequence("F0 W0 F1 BW1", stage: 0)], of: single(limit: 3, microbatches: 2))
    #expect(withoutB.map(\.kind) == [.missing])
    let withoutW = try violations([sequence("F0 B0 F1 BW1", stage: 0)], of: single(limit: 3, microbatches: 2))
    #expect(withoutW.map(\.operation) == [operation("F1", stage: 0), operation("W0", stage: 0)])
  }

  @Test("replicated stages hold their static memory on every host")
  func replicated() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1, staticMemory: 2)
    let routes = (0..<2).map { Route(visits: [.init(stage: Stage.ID(0), device: Device.ID($0))]) }
    let problem = try Problem(
      devices: [Device(memoryLimit: 3), Device(memoryLimit: 3)], stages: [stage],
      microbatches: Array(repeating: Microbatch(), count: 3),
      placement: .explicit([[Device.ID(0), Device.ID(1)]]), routes: (routes, [0, 1, 1]))
    #expect(
      try lines(violations([sequence("F0 BW0", stage: 0), sequence("F1 F2 BW1 BW2", stage: 0)], of: problem))
        == [
          "device 1: F(stage 0, microbatch 2) raises memory to 4, over the limit 3"
        ])
  }

  // MARK: Checkpoints, factors, stages without a backward pass

  /// The peaks that the checker works out.
  private func peaks(_ problem: Problem, _ orders: Orders) throws -> [Double] {
    let peaks = Array(repeating: -1.0, count: problem.deviceCount)
    let summary = Summary(
      makespan: 0, period: 0, longestDeviceSpan: 0, makespanBubble: 0, periodBubble: 0, spanBubble: 0,
      imbalance: 0, peakMemory: peaks)
    let record = RecordedSchedule(schedule: Schedule(problem: problem, orders: orders), summary: summary)
    return violations(record).compactMap { violation in
      if case .wrongFigure(.peakMemory, _, let expected) = violation.kind { return expected }
      return nil
    }
  }

  private func checkpointed(limit: Double? = nil, memory: [PerStage] = [1, 1]) throws -> Problem {
    let stage = Stage(
      forward: 1, backward: .split(input: 1, weight: 1), activationForB: 3, activationForW: 1, checkpoint: 0.5
    )
    return try Problem(
      devices: [Device(memoryLimit: limit)], stages: [stage],
      microbatches: memory.map { Microbatch(memory: $0) })
  }

  @Test("a checkpoint grows at the start of B or BW")
  func checkpoint() throws {
    func peak(_ text: String) throws -> [Double] {
      try peaks(checkpointed(), Orders([sequence(text, stage: 0)]))
    }
    #expect(try peak("F0 F1 BW0 BW1") == [3.5])
    #expect(try peak("F0 BW0 F1 BW1") == [3])
    // 0.5, 1, 3.5 and 1.5 after B0, 4 and 2 after B1.
    #expect(try peak("F0 F1 B0 B1 W0 W1") == [4])
    #expect(try peak("F0 F1 B0 W0 B1 W1") == [3.5])
    #expect(
      try lines(violations([sequence("F0 F1 BW0 BW1", stage: 0)], of: checkpointed(limit: 3.25))) == [
        "device 0: BW(stage 0, microbatch 0) raises memory to 3.5, over the limit 3.25"
      ])
  }

  @Test("the memory of a microbatch is multiplied, by stage where it says so")
  func factors() throws {
    // 1, 1.5, then 6.5 and back to 0.5, then 3; the other way 1.5, 4 and 1, 6.
    let twice = try checkpointed(memory: [2, 1])
    #expect(try peaks(twice, Orders([sequence("F0 F1 BW0 BW1", stage: 0)])) == [6.5])
    #expect(try peaks(twice, Orders([sequence("F1 F0 BW1 BW0", stage: 0)])) == [6])
    let stages = [1.0, 4].map {
      Stage(forward: 1, backward: .split(input: 1, weight: 1), activationForB: $0, activationForW: 0.5)
    }
    let problem = try Problem(
      devices: [Device(), Device()], stages: stages, microbatches: [Microbatch(memory: .each([3, 0.5]))])
    #expect(try peaks(problem, Orders((0..<2).map { sequence("F0 B0 W0", stage: $0) })) == [3, 2])
  }

  @Test("a B without a W releases everything")
  func inputOnly() throws {
    let stage = Stage(forward: 1, backward: .input(1), activationForB: 2, activationForW: 1)
    let problem = try Problem(
      devices: [Device()], stages: [stage], microbatches: [Microbatch(), Microbatch()])
    #expect(try peaks(problem, Orders([sequence("F0 B0 F1 B1", stage: 0)])) == [2])
  }

  /// Stages without a backward pass, with the activations and inputs given, on device 0.
  private func frozen(_ stages: [(held: Double, inputs: [Int])]) throws -> Problem {
    try Problem(
      devices: [Device()],
      stages: stages.map { stage in
        Stage(
          forward: 1, backward: .none, activationForB: stage.held, inputs: stage.inputs.map { Stage.ID($0) })
      },
      microbatches: [Microbatch(), Microbatch()], placement: .loop)
  }

  private func forward(_ order: [(stage: Int, microbatch: Int)]) -> Orders {
    Orders([
      order.map { Operation(.forward, stage: Stage.ID($0.stage), microbatch: Microbatch.ID($0.microbatch)) }
    ])
  }

  @Test("without a backward pass, an output is held until all on the device that need it have ended")
  func forwardOnly() throws {
    let chain = try frozen([(2, []), (1, [0])])
    // 2, 4, 5 and 2, 3 and 0; microbatch by microbatch 2, 3 and 0.
    #expect(try peaks(chain, forward([(0, 0), (0, 1), (1, 0), (1, 1)])) == [5])
    #expect(try peaks(chain, forward([(0, 0), (1, 0), (0, 1), (1, 1)])) == [3])
    // Stages 1 and 2 need stage 0: 4, 5 and 4, 6 and 0, whichever comes first.
    let fanOut = try frozen([(4, []), (1, [0]), (2, [0])])
    let second = [(0, 1), (1, 1), (2, 1)]
    #expect(try peaks(fanOut, forward([(0, 0), (1, 0), (2, 0)] + second)) == [6])
    #expect(try peaks(fanOut, forward([(0, 0), (2, 0), (1, 0)] + second)) == [6])
    // The second begins before the last of the first: 4, 6 and 4, 8 and so on.
    #expect(try peaks(fanOut, forward([(0, 0), (2, 0), (0, 1), (1, 0), (1, 1), (2, 1)])) == [9])
  }

  @Test("parts of a pair take at their common start and release at their common end")
  func pair() throws {
    // Stage 0 on device 0 feeds stage 1 elsewhere, which feeds stage 2 on device 0.
    func problem(overlap: Double?) throws -> Problem {
      let ends = [0, 1, 0].map { [Device.ID($0)] }
      return try Problem(
        devices: [Device(), Device()],
        stages: [
          Stage(forward: 1, backward: .none, activationForB: 2), Stage(forward: 1, backward: .none),
          Stage(forward: 1, backward: .whole(2), activationForB: 3, checkpoint: 0.5),
        ],
        microbatches: [Microbatch(), Microbatch()], placement: .explicit(ends),
        overlap: overlap.map { Overlap(forwardBackward: $0) })
    }
    let operations =
      sequence("F0", stage: 0) + sequence("F0", stage: 2) + sequence("F1", stage: 0)
      + sequence("BW0 F1 BW1", stage: 2) + sequence("F0 F1", stage: 1)
    let orders = Orders(operations: operations, bounds: [0, 6, 8], pairs: [2])
    // 0.5 of stage 2, and together 2 of F and 2.5 of BW; one after the other 2.5 and then 3.
    #expect(try peaks(problem(overlap: 1), orders) == [5, 1])
    #expect(try peaks(problem(overlap: nil), orders) == [3, 1])
  }
}
