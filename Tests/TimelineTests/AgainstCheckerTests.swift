import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@Suite("The checker has no objection to what the timeline records")
struct AgainstCheckerTests {
  @Test("times, memory, figures and their period, on problems with every feature")
  func records() throws {
    var random = SeededGenerator(seed: 300)
    for _ in 0..<300 {
      let problem = try RandomProblem().problem(using: &random)
      let schedule = Schedule(problem: problem, orders: problem.randomOrders(using: &random))
      #expect(ScheduleChecker(try Timeline(schedule).record()).violations() == [])
    }
  }

  @Test("in a bidirectional pipeline either, pairs gaining or not")
  func bidirectional() throws {
    var random = SeededGenerator(seed: 17)
    for factor in [0.7, 1, 1.3] {
      let problem = try Problem.uniform(devices: 4, microbatches: 6, communication: 0.1)
        .arranged(.bidirectional, chunks: 1).with(overlap: Overlap(forwardBackward: factor))
      for _ in 0..<30 {
        let orders = problem.randomOrders(using: &random)
        let timeline = try Timeline(Schedule(problem: problem, orders: orders))
        #expect(ScheduleChecker(timeline.record()).violations() == [])
        let reference = try #require(ReferenceSimulator(problem, orders))
        #expect(abs(timeline.makespan - (reference.ends.values.max() ?? 0)) < 1e-9)
        let plain = try Schedule(problem: problem.with(overlap: nil), orders: orders)
        #expect(ScheduleChecker(try Timeline(plain).record()).violations() == [])
      }
    }
  }
}
