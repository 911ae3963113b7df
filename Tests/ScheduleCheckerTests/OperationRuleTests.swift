import PipelineModel
import ScheduleChecker
import Testing

@Suite("Every operation once, on the right device")
struct OperationRuleTests {
  @Test("a missing F, B, W or BW, each with its own line")
  func missing() throws {
    let orders = [sequence("F1 B0 W0 W1", stage: 0), sequence("F0 F1 B0 B1 W0", stage: 1)]
    #expect(
      try lines(violations(orders)) == [
        "device 0: F(stage 0, microbatch 0) is missing",
        "device 0: B(stage 0, microbatch 1) is missing",
        "device 1: W(stage 1, microbatch 1) is missing",
      ])
    #expect(
      try lines(violations([fusedOrders[0], sequence("F0 BW0 F1", stage: 1)])) == [
        "device 1: BW(stage 1, microbatch 1) is missing, and so are the B and W that may stand for it"
      ])
  }

  @Test("empty orders lack everything")
  func empty() throws {
    #expect(try violations([[], []]).count == 8)
  }

  @Test("a repeated operation", arguments: ["F0", "F1", "BW0", "BW1"])
  func repeated(_ text: String) throws {
    let copy = operation(text, stage: 0)
    #expect(
      try violations([fusedOrders[0] + [copy], fusedOrders[1]]) == [
        Violation(.operation(copy, Device.ID(0), position: 4), .repeated(of: copy))
      ])
  }

  @Test("BW beside B, W or both", arguments: ["B0", "W0"])
  func fusedBesideSplit(_ text: String) throws {
    let extra = operation(text, stage: 0)
    let fused = operation("BW0", stage: 0)
    #expect(
      try violations([fusedOrders[0] + [extra], fusedOrders[1]]) == [
        Violation(.operation(extra, Device.ID(0), position: 4), .repeated(of: fused))
      ])
    let both = sequence("F0 F1 B0 W0 BW0 BW1", stage: 0)
    #expect(
      try lines(violations([both, fusedOrders[1]])) == [
        "device 0: BW(stage 0, microbatch 0) repeats the work of B(stage 0, microbatch 0)"
      ])
  }

  @Test("an operation moved to another device is misplaced, not missing")
  func moved() throws {
    let moved = operation("BW1", stage: 1)
    let orders = [fusedOrders[0] + [moved], Array(fusedOrders[1].dropLast())]
    let found = try violations(orders)
    #expect(
      found.contains(
        Violation(.operation(moved, Device.ID(0), position: 4), .wrongDevice(expected: Device.ID(1)))))
    #expect(!found.contains { $0.kind == .missing || $0.kind == .missingBackward })
    // BW0 of stage 0 precedes it on device 0, so it also comes too late for BW1 of stage 0.
    #expect(
      lines(found)[0] == """
        device 0: BW(stage 0, microbatch 1) comes before BW(stage 1, microbatch 1) in the same order, and needs it
        """)
  }

  @Test("a copy on another device is misplaced and repeated; the one in place is neither")
  func strayCopy() throws {
    let copy = operation("F0", stage: 1)
    #expect(
      try lines(violations([fusedOrders[0] + [copy], fusedOrders[1]])) == [
        "device 0: F(stage 1, microbatch 0) belongs on device 1",
        "device 0: F(stage 1, microbatch 0) repeats the work of F(stage 1, microbatch 0)",
      ])
  }

  @Test(
    "numbers that no problem has, at both ends of their range",
    arguments: [-1, 2, Int32.min, Int32.max] as [Int32], [0, -1, 2, .min, .max] as [Int32])
  func unknownNumbers(_ first: Int32, _ second: Int32) throws {
    for (stage, microbatch) in [(first, second), (second, first)] {
      for kind in Operation.Kind.allCases {
        let stray = Operation(
          kind, stage: Stage.ID(rawValue: stage), microbatch: Microbatch.ID(rawValue: microbatch))
        let orders = [fusedOrders[0] + [stray], fusedOrders[1]]
        let times = RecordedSchedule.Times(
          starts: [0, 1, 4, 7, 9, 1, 2, 4, 5], ends: [1, 2, 6, 9, 9, 2, 4, 5, 7])
        let found = try violations(fused(orders: orders, times: times))
        let kinds: [Violation.Kind] =
          (stage == 0 ? [] : [.unknownStage(count: 2)])
          + (microbatch == 0 ? [] : [.unknownMicrobatch(count: 2)])
        #expect(found.map(\.kind) == kinds)
        #expect(found.allSatisfy { $0.operation == stray && $0.device == Device.ID(0) })
      }
    }
  }

  @Test("a stage that the microbatch's route leaves out")
  func offRoute() throws {
    let visits = (0..<2).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: [Microbatch(), Microbatch()],
      routes: ([Route(visits: visits), Route(visits: [visits[1]])], [0, 1]))
    #expect(
      try violations([sequence("F0 BW0", stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)], of: problem) == [])
    #expect(
      try lines(
        violations([sequence("F0 F1 BW0", stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)], of: problem)) == [
          "device 0: F(stage 0, microbatch 1) is not on the route of its microbatch, which does not visit the stage"
        ])
  }
}
