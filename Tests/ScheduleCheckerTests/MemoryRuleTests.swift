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
}
