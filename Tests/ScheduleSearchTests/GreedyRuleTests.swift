import PipelineModel
import ScheduleSearch
import Testing

@Suite("Greedy rules")
struct GreedyRuleTests {
  /// Two machines of eight devices with a slow link between them, at three quarters of 1F1B's memory: a rule whose
  /// forward and backward passes alternate, whatever `W` fills the time between, is the best here.
  @Test("find what version 0.1 found where memory is short and links differ")
  func alternation() throws {
    let latency = (0..<16).map { from in
      (0..<16).map { to in from == to ? 0 : (from < 8) == (to < 8) ? 0.5 : 10 }
    }
    let problem = try Problem(
      devices: Array(repeating: Device(memoryLimit: 12), count: 16),
      stages: Array(
        repeating: Stage(
          forward: 10, backwardInput: 10, backwardWeight: 8, activationForB: 1, activationForW: 0.45),
        count: 16),
      microbatches: Array(repeating: Microbatch(), count: 32), communication: .matrix(latency))
    let result = Search(problem, options: SearchOptions(iterations: 0), lowerBound: 0).run()
    #expect(result.value <= 1332)
  }
}
