import PipelineModel
import ScheduleSearch
import Timeline

extension SearchPlan {
  /// Chooses where tasks run that may run on several devices, and goes on with that choice as with any other problem. The
  /// bound is one on all choices.
  ///
  /// - Precondition: the problem has such tasks.
  func certifiedChoosingTasks(
    _ problem: Problem, starts: [Orders], until deadline: Deadline, progress: (PlanProgress) -> Void
  ) throws(TimelineError) -> CertifiedSchedule {
    let begin = ContinuousClock.now
    let options = options(
      share: Self.shareOfTaskHosts, visits: problem.visitCount, timePerVisit: Self.writing)
    let end = Deadline(at: iterations == nil ? .now + options.timeLimit : nil) { deadline.hasPassed }
    let found = TaskHostSearch(problem, options: options, starts: starts).run(until: end) {
      progress(.searching($0))
      return !deadline.hasPassed
    }
    var plan = self
    plan.proves = false
    plan.timeLimit = max(.zero, searchTime - (ContinuousClock.now - begin))
    let closed = try plan.certified(
      found.problem, starts: [found.search.orders], until: deadline, progress: progress)
    let chosen = found.problem.taskHosts.flatMap { try? problem.with(taskHosts: $0) } ?? found.problem
    let timeline = try Timeline(Schedule(problem: chosen, orders: closed.orders))
    return CertifiedSchedule(
      timeline,
      proof: Proof(found.search.bound, objective: objective, value: timeline.value(of: objective)))
  }

  /// The share of the time for the choice; the rest is for the best one alone.
  private static let shareOfTaskHosts = 0.8
}
