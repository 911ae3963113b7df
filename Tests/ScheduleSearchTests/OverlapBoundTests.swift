import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Lower bounds where pairs overlap")
struct OverlapBoundTests {
  @Test("count what a device does before the first pair and after the last one")
  func window() throws {
    // One device, three microbatches, F = 1 and BW = 2, pairs in half their time. The first F and the last BW
    // are alone, so 1 + 1.5 + 1.5 + 2 is best, which is also 0.5 x 9 + 0.5 x (1 + 2).
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
      microbatches: Array(repeating: Microbatch(), count: 3), overlap: Overlap(forwardBackward: 0.5))
    let bound = LowerBound.best(for: problem, objective: .makespan)
    #expect(bound.value == 6)
    #expect(
      bound.explanation
        == "device 0: 9 of work, 0.5 of it in pairs, the first after 1, the last 2 before the end")
    #expect(LowerBound.best(for: problem, objective: .period).value == 6)
  }
}
