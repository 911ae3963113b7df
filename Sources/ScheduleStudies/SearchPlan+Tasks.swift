import PipelineModel
import ScheduleSearch
import Timeline

extension SearchPlan {
  /// Chooses where tasks run that may run on several devices, and goes on with that choice as with any other problem. The
  /// bound is one on all choices; where the plan says so and pieces are few, a proof goes through the choices.
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
    var best = found
    (best.search.orders, best.search.value) = (closed.orders, closed.timeline.value(of: objective))
    guard proves, !deadline.hasPassed else {
      return CertifiedSchedule(try schedule(of: best, in: problem), proof: Proof(best.search))
    }
    let proveBegin = ContinuousClock.now
    let result = prove(problem, best, until: deadline.orAt(begin + totalTime), progress: progress)
    best.problem = result.problem
    best.search.orders = result.exact.orders
    return CertifiedSchedule(
      try schedule(of: best, in: problem),
      proof: Proof(
        result.exact, bound: best.search.bound, time: ContinuousClock.now - proveBegin,
        choice: .devicesAndOrders))
  }

  /// The schedule with tasks on the devices chosen, which are still a choice.
  private func schedule(
    of found: TaskHostResult, in problem: Problem
  ) throws(TimelineError) -> Timeline {
    let chosen = found.problem.taskHosts.flatMap { try? problem.with(taskHosts: $0) } ?? found.problem
    return try Timeline(Schedule(problem: chosen, orders: found.search.orders))
  }

  /// Goes through the choices of devices and the orders of each, in the time that is left.
  private func prove(
    _ problem: Problem, _ found: TaskHostResult, until deadline: Deadline,
    progress: (PlanProgress) -> Void
  ) -> ExactTaskResult {
    ExactTaskSearch(problem, options: options(visits: problem.visitCount), known: found).run(
      until: deadline
    ) {
      progress(.proving($0))
      return !deadline.hasPassed
    }
  }

  /// The share of the time for the choice; the rest is for the best one alone.
  private static let shareOfTaskHosts = 0.8
}
