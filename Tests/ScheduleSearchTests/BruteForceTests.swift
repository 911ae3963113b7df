import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Bounds against all words of tiny problems")
struct BruteForceTests {
  @Test("never exceed an optimum, and reach it as soon as they are told it", arguments: [false, true])
  func valid(mixed: Bool) throws {
    var random = SeededGenerator(seed: mixed ? 7 : 8)
    var solved = 0
    while solved < 120 {
      let problem = try TinyProblems.random(mixed: mixed, using: &random)
      guard let optimum = BruteForce(problem, limit: 60)?.optimum() else { continue }
      solved += 1
      for (objective, value) in [(Objective.makespan, optimum.makespan), (.period, optimum.period)] {
        let bound = LowerBound.best(for: problem, objective: objective)
        #expect(bound.value <= value + 1e-9, "\(problem) \(objective) \(bound)")
        let told = LowerBound.best(for: problem, objective: objective, until: value)
        #expect(told.value <= value + 1e-9, "\(problem) \(objective) \(told)")
      }
    }
  }
}
