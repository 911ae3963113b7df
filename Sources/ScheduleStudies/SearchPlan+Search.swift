import PipelineModel
import ScheduleSearch

extension SearchPlan {
  /// Searches from the schedules of named families on, which are a part of the time.
  ///
  /// - Precondition: `Search.checkScope(of:proving:)` has no objection to the problem.
  /// - Parameters:
  ///   - starts: further orders to begin with.
  ///   - lowerBound: where to stop, in the problem's time unit; the best bound where left out.
  ///   - share: of the time.
  ///   - deadline: when to end besides the plan's own limits, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread.
  public func search(
    _ problem: Problem, starts: [Orders] = [], lowerBound: Double? = nil, share: Double = 1,
    until deadline: Deadline = .never, progress: (SearchProgress) -> Void = { _ in }
  ) -> SearchResult {
    let options = options(share: share, visits: problem.visitCount, timePerVisit: Self.writing)
    let end = Deadline(at: iterations == nil ? .now + options.timeLimit : nil) { deadline.hasPassed }
    let starts = starts + FamilyStarts.orders(for: problem, until: end)
    return Search(problem, options: options, starts: starts, lowerBound: lowerBound).run(until: end) {
      progress($0)
      return !deadline.hasPassed
    }
  }

  /// Chooses the devices of every stage, in a fifth of the time.
  ///
  /// - Throws: `ProblemError` when no placement makes a problem.
  public func place(
    _ problem: PlacementProblem, until deadline: Deadline = .never
  ) throws(ProblemError) -> RoutingProblem {
    let visits = problem.routing.visitCount
    return try PlacementSearch(problem, options: options(visits: visits)).run(until: deadline)
  }

  /// Chooses routes and searches for orders.
  ///
  /// - Parameters:
  ///   - share: of the time, where some has been used.
  ///   - deadline: when to end besides the plan's own limits, with what is known by then.
  ///   - progress: called a few times a second once there are routes, on the calling thread.
  /// - Throws: `RoutingRefusal` when there are no routes, or none were found.
  public func search(
    _ problem: RoutingProblem, share: Double = 1, until deadline: Deadline = .never,
    progress: (SearchProgress) -> Void = { _ in }
  ) throws(RoutingRefusal) -> RoutingResult {
    let options = options(
      share: share, visits: problem.visitCount,
      timePerVisit: Self.writing + Self.preparing)
    return try RoutingSearch(problem, options: options).run(until: deadline) {
      if $0.value.isFinite { progress($0) }
      return !deadline.hasPassed
    }
  }
}
