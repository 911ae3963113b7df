import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("The period is the maximum cycle mean")
struct PeriodTests {
  @Test("equal to the largest mean over all simple cycles of devices")
  func againstEnumeration() throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let summary = try Timeline(Schedule(problem: problem, orders: orders)).summary
      let period = try #require(ReferenceSimulator.period(problem, orders))
      #expect(abs(summary.period - period) < 1e-9 * max(1, period))
      #expect(summary.period <= summary.longestDeviceSpan + problem.tail + 1e-9)
    }
  }
}
