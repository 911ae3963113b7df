import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("An overlapped pair starts when both inputs are there and ends as one")
struct OverlappedPairTests {
  private func operation(_ kind: Operation.Kind, _ stage: Int, _ microbatch: Int) -> Operation {
    Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
  }

  /// One stage on each of two devices, F = B = W = 1, messages take 0.25.
  private func problem(microbatches: Int, factor: Double?) throws -> Problem {
    try Problem.uniform(devices: 2, microbatches: microbatches, communication: 0.25)
      .with(overlap: factor.map { Overlap(forwardBackward: $0) })
  }

  /// F0 F1 BW0 BW1 on device 0; F0, F1 with BW0, BW1 on device 1.
  private var orders: Orders {
    Orders(
      operations: [
        operation(.forward, 0, 0), operation(.forward, 0, 1), operation(.backward, 0, 0),
        operation(.backward, 0, 1), operation(.forward, 1, 0), operation(.forward, 1, 1),
        operation(.backward, 1, 0), operation(.backward, 1, 1),
      ], bounds: [0, 4, 8], pairs: [5])
  }

  @Test("and takes the factor times the sum of its parts")
  func together() throws {
    let timeline = try Timeline(Schedule(problem: problem(microbatches: 2, factor: 0.75), orders: orders))
    // F0 is on device 1 from 1.25 to 2.25, F1 arrives at 2.25; 0.75 x 3 later both are done.
    #expect(timeline.times.starts == [0, 1, 4.75, 6.75, 1.25, 2.25, 2.25, 4.5])
    #expect(timeline.times.ends == [1, 2, 6.75, 8.75, 2.25, 4.5, 4.5, 6.5])
    #expect(timeline.work(of: Device.ID(1)) == 5.25)
    let summary = timeline.summary
    #expect(summary.makespan == 8.75)
    #expect(abs(summary.makespanBubble - (1 - 11.25 / 17.5)) < 1e-12)
    #expect(abs(summary.imbalance - (1 - 11.25 / 12)) < 1e-12)
    #expect(summary.peakMemory == [2, 2])
  }

  @Test("but only where the problem says so: otherwise its parts run one after the other")
  func remark() throws {
    let timeline = try Timeline(Schedule(problem: problem(microbatches: 2, factor: nil), orders: orders))
    #expect(timeline.times.starts == [0, 1, 5.5, 7.5, 1.25, 2.25, 3.25, 5.25])
  }

  @Test("and the forward waits for the backward's input, which the critical path follows")
  func waits() throws {
    let first = [(Operation.Kind.forward, 0), (.forward, 1), (.forward, 2), (.backward, 0), (.backward, 1)]
    let second = [(Operation.Kind.forward, 0), (.backward, 0), (.forward, 1), (.backward, 1), (.forward, 2)]
    let orders = Orders(
      operations: first.map { operation($0.0, 0, $0.1) } + [operation(.backward, 0, 2)]
        + second.map { operation($0.0, 1, $0.1) } + [operation(.backward, 1, 2)],
      bounds: [0, 6, 12], pairs: [2])
    let timeline = try Timeline(Schedule(problem: problem(microbatches: 3, factor: 0.75), orders: orders))
    // BW0 arrives at device 0 at 4.5, long after F2 could have started; F2 arrives at device 1 at 7.
    #expect(timeline.times.starts == [0, 1, 4.5, 4.5, 7.5, 10.5, 1.25, 2.25, 4.25, 5.25, 7.25, 8.25])
    let slow = try Timeline(Schedule(problem: problem(microbatches: 3, factor: 1), orders: orders))
    // Now the pair lasts 3, until 7.5, and F2 arrives at 7.75: it is the pair that the end waits for.
    #expect(
      slow.criticalPath.links.map(\.operation) == [
        operation(.forward, 0, 0), operation(.forward, 1, 0), operation(.backward, 1, 0),
        operation(.forward, 0, 2), operation(.forward, 1, 2), operation(.backward, 1, 2),
        operation(.backward, 0, 2),
      ])
    #expect(slow.criticalPath.work == 12 && slow.criticalPath.communication == 1)
  }

  @Test("with decimals that add up as a person would write them")
  func decimals() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 18.522, backwardInput: 0.1, backwardWeight: 0.2)],
      microbatches: [Microbatch(scale: 1.1), Microbatch(scale: 0.3)],
      overlap: Overlap(forwardBackward: 0.83))
    let orders = Orders(
      operations: [
        operation(.forward, 0, 0), operation(.forward, 0, 1), operation(.backward, 0, 0),
        operation(.backward, 0, 1),
      ], bounds: [0, 4], pairs: [1])
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    // 1.1 x 18.522, then 0.83 x (0.3 x 18.522 + 1.1 x 0.3) more.
    #expect(timeline.end(at: 0) == 20.3742)
    #expect(timeline.end(at: 2) == 25.260078)
  }
}

@Suite("Pairs and pieces that cannot be are refused")
struct RefusedPairTests {
  private func operation(_ kind: Operation.Kind, _ microbatch: Int) -> Operation {
    Operation(kind, stage: Stage.ID(0), microbatch: Microbatch.ID(microbatch))
  }

  private func refusal(
    _ operations: [Operation], pairs: [Int] = [], pieces: Int = 1, overlap: Double? = nil
  ) throws -> String? {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
      microbatches: [Microbatch(), Microbatch()], overlap: overlap.map { Overlap(forwardBackward: $0) },
      pieces: pieces)
    let orders = Orders(operations: operations, bounds: [0, operations.count], pairs: pairs)
    do throws(TimelineError) {
      _ = try Timeline(Schedule(problem: problem, orders: orders))
      return nil
    } catch { return error.description }
  }

  @Test("a pair of anything but F and BW of another microbatch", arguments: [nil, 0.9])
  func wrongPairs(overlap: Double?) throws {
    let order = [
      operation(.forward, 0), operation(.forward, 1), operation(.backward, 1), operation(.backward, 0),
    ]
    for (position, parts) in [
      (0, "F(stage 0, microbatch 0) and F(stage 0, microbatch 1)"),
      (1, "F(stage 0, microbatch 1) and BW(stage 0, microbatch 1)"),
      (2, "BW(stage 0, microbatch 1) and BW(stage 0, microbatch 0)"),
    ] {
      #expect(
        try refusal(order, pairs: [position], overlap: overlap)
          == "device 0: \(parts) are no pair: expected F, then BW of another microbatch")
    }
    let split = [
      operation(.forward, 0), operation(.forward, 1), operation(.backwardInput, 0),
      operation(.backwardWeight, 0), operation(.backward, 1),
    ]
    #expect(try refusal(split, pairs: [1], overlap: overlap)?.contains("are no pair") == true)
    #expect(try refusal(split, overlap: overlap) == nil)
  }

  @Test("forwards of pieces that do not ascend, backwards that do not descend")
  func pieces() throws {
    let (f0, f1, b0, b1) = (
      operation(.forward, 0), operation(.forward, 1), operation(.backward, 0), operation(.backward, 1)
    )
    #expect(try refusal([f0, f1, b1, b0], pieces: 2) == nil)
    #expect(try refusal([f0, f1, b0, b1]) == nil)
    #expect(
      try refusal([f1, f0, b1, b0], pieces: 2)
        == "device 0: F(stage 0, microbatch 1) comes before F(stage 0, microbatch 0), a piece of the same "
        + "sequence that it needs")
    #expect(
      try refusal([f0, f1, b0, b1], pieces: 2)
        == "device 0: BW(stage 0, microbatch 0) comes before B(stage 0, microbatch 1), a piece of the same "
        + "sequence that it needs")
    let weights = [
      f0, f1, operation(.backwardInput, 1), operation(.backwardInput, 0), operation(.backwardWeight, 0),
      operation(.backwardWeight, 1),
    ]
    #expect(try refusal(weights, pieces: 2) == nil)
  }

  @Test("a pair whose parts wait for each other on another device is named as a circle")
  func deadlock() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
      .with(overlap: Overlap(forwardBackward: 0.9))
    func both(_ stage: Int, _ order: [(Operation.Kind, Int)]) -> [Operation] {
      order.map { Operation($0.0, stage: Stage.ID(stage), microbatch: Microbatch.ID($0.1)) }
    }
    // Device 0 sends microbatch 1 when microbatch 0 is back; device 1 returns 0 when 1 has come.
    let orders = Orders(
      operations: both(0, [(.forward, 0), (.forward, 1), (.backward, 0), (.backward, 1)])
        + both(1, [(.forward, 0), (.forward, 1), (.backward, 0), (.backward, 1)]),
      bounds: [0, 4, 8], pairs: [1])
    let error = #expect(throws: TimelineError.self) {
      try Timeline(Schedule(problem: problem, orders: orders))
    }
    guard case .deadlock(let cycle)? = error else { throw error ?? .deadlock(WaitCycle(waits: [])) }
    #expect(
      cycle.description
        == "F(stage 0, microbatch 1) on device 0 starts together with BW(stage 0, microbatch 0), "
        + "which needs the output of BW(stage 1, microbatch 0) on device 1, which comes after "
        + "F(stage 1, microbatch 1) in the order of device 1, which needs the output of "
        + "F(stage 0, microbatch 1) on device 0")
  }
}
