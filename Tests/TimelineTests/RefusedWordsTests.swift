import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("Orders that are no schedule are refused with the operation's name")
struct RefusedOrdersTests {
  private func refusal(_ change: (inout [[Operation]]) -> Void) throws -> String {
    let problem = try Problem.uniform(devices: 2, microbatches: 1)
    var orders: [[Operation]] = (0..<2).map { stage in
      [
        Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID(0)),
        Operation(.backward, stage: Stage.ID(stage), microbatch: Microbatch.ID(0)),
      ]
    }
    change(&orders)
    let schedule = Schedule(problem: problem, orders: Orders(orders))
    let error = #expect(throws: TimelineError.self) { try Timeline(schedule) }
    return error?.description ?? ""
  }

  @Test func missing() throws {
    #expect(try refusal { $0[1].removeLast() } == "device 1: B(stage 1, microbatch 0) is missing")
  }

  @Test func repeated() throws {
    #expect(
      try refusal { $0[1].append($0[1][0]) }
        == "device 1: F(stage 1, microbatch 0) repeats work that the orders already hold")
  }

  @Test func weightAfterFused() throws {
    let extra = Operation(.backwardWeight, stage: Stage.ID(0), microbatch: Microbatch.ID(0))
    #expect(
      try refusal { $0[0].append(extra) }
        == "device 0: W(stage 0, microbatch 0) repeats work that the orders already hold")
  }

  @Test func misplaced() throws {
    #expect(
      try refusal { $0[0].append($0[1].removeLast()) }
        == "device 0: BW(stage 1, microbatch 0) belongs on device 1")
  }

  @Test(arguments: [(-1, 0), (2, 0), (0, -5), (0, 1), (2_147_483_647, 0)])
  func unknown(stage: Int, microbatch: Int) throws {
    let extra = Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
    #expect(try refusal { $0[0].append(extra) } == "device 0: \(extra) is no operation of the problem")
  }
}
