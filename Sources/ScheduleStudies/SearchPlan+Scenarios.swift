import PipelineModel
import ScheduleFamilies
import ScheduleScenarios
import ScheduleSearch
import Timeline

extension SearchPlan {
  /// Searches from the schedules of named families on for one that is good under scenarios. The certificate is that of
  /// its value without them.
  ///
  /// - Precondition: `Search.checkScope(of:)` has no objection to the problem, and the plan asks for no proof.
  /// - Parameters:
  ///   - deadline: when to end besides the plan's own limits, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread, with values without scenarios.
  /// - Throws: `ScenarioError` naming what the problem does not have; `TimelineError`, which no orders of a search do.
  public func certified(
    _ problem: Problem, under goal: ScenarioGoal, until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> (schedule: CertifiedSchedule, scenarios: ScenarioResult) {
    let options = options(visits: problem.visitCount, timePerVisit: Self.writing)
    let end = Deadline(at: iterations == nil ? .now + options.timeLimit : nil) { deadline.hasPassed }
    let starts = FamilyStarts.orders(for: problem, until: end)
    let result = try Search(problem, options: options, starts: starts).run(under: goal, until: end) {
      progress(.searching($0))
      return !deadline.hasPassed
    }
    let timeline = try Timeline(result.search.schedule(of: problem))
    return (CertifiedSchedule(timeline, proof: Proof(result.search)), result.scenarios)
  }
}
