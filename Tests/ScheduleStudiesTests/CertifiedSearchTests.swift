import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@testable import ScheduleStudies

@Suite("Plans end with schedules that the checker accepts")
struct CertifiedSearchTests {
  /// A search, its bound and the least memory for its value, as the command line asks for them.
  @Test(
    "on problems of every feature, with modes chosen among whatever is allowed",
    arguments: Mode.Extent.allCases, Objective.allCases)
  func random(extent: Mode.Extent, objective: Objective) throws {
    var random = SeededGenerator(seed: 71)
    let draw = RandomProblem(devices: 1...3, microbatches: 1...3)
    var searched = 0
    for trial in 0..<24 {
      let drawn = try draw.problem(using: &random)
      guard let problem = try? drawn.with(modesPer: extent), (try? Search.checkScope(of: problem)) != nil
      else { continue }
      searched += 1
      let plan = SearchPlan(objective: objective, iterations: trial % 3 == 0 ? 0 : 200, threads: { _ in 1 })
      // Bounds ask for no number of moves: the deadline comes wherever the search is by then.
      let found = try plan.certified(problem, until: Deadline(at: .now + .milliseconds(100)))
      let schedule = found.timeline.schedule
      let violations = ScheduleChecker(RecordedSchedule(schedule: schedule)).violations()
      #expect(violations.isEmpty, "trial \(trial): \(violations)")
      #expect(found.proof.withdrawal == nil, "trial \(trial)")
      #expect(schedule.problem.modes.isPerStage || extent == .microbatch)
    }
    #expect(searched > 12)
  }
}
