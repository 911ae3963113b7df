import PipelineModel
import ScheduleSearch
import Timeline

extension SearchPlan {
  /// Searches from the schedules of named families on, and goes on to a proof where the plan says so.
  ///
  /// - Precondition: `Search.checkScope(of:proving:)` has no objection to the problem.
  /// - Parameters:
  ///   - starts: further orders to begin with.
  ///   - deadline: when to end besides the plan's own limits, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread.
  /// - Throws: `TimelineError`, which no orders of a search do.
  public func certified(
    _ problem: Problem, starts: [Orders] = [], until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws(TimelineError) -> CertifiedSchedule {
    if problem.hasTaskChoice {
      return try certifiedChoosingTasks(problem, starts: starts, until: deadline, progress: progress)
    }
    let begin = ContinuousClock.now
    let found = search(
      problem, starts: starts, share: 1 - LeastMemory.share(of: problem), until: deadline
    ) { progress(.searching($0)) }
    let result = try withLeastMemory(found, of: problem, since: begin, until: deadline) {
      progress(.searching($0))
    }
    var schedule = result.schedule(of: problem)
    var orders = result.orders
    var proof = Proof(result)
    if proves, problem.hasModes, !deadline.hasPassed {
      let proveBegin = ContinuousClock.now
      let (exact, modes) = proveModes(
        problem, best: result, since: begin, until: deadline, progress: progress)
      orders = exact.orders
      schedule = Schedule(problem: (try? problem.with(modes: modes)) ?? schedule.problem, orders: orders)
      proof = Proof(
        exact, bound: result.bound, time: ContinuousClock.now - proveBegin, choice: .modesAndOrders)
    } else if proves, !deadline.hasPassed {
      let proveBegin = ContinuousClock.now
      let exact = prove(problem, best: result, since: begin, until: deadline, progress: progress)
      orders = exact.orders
      proof = Proof(exact, bound: result.bound, time: ContinuousClock.now - proveBegin)
    }
    return CertifiedSchedule(
      try Timeline(Schedule(problem: schedule.problem, orders: orders)), proof: proof,
      slopePerMicrobatch: orders == result.orders ? result.slopePerMicrobatch : nil)
  }

  /// Chooses routes and searches for orders, and goes on to a proof where the plan says so.
  ///
  /// - Parameters:
  ///   - share: of the time, where some has been used.
  ///   - deadline: as for `certified(_:until:progress:)`, and `progress` too.
  /// - Throws: `RoutingRefusal` when there are no routes, or none were found; `TimelineError`, which no orders of a
  ///   search do.
  public func certified(
    _ problem: RoutingProblem, share: Double = 1, until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> CertifiedSchedule {
    let begin = ContinuousClock.now
    let result = try search(problem, share: share, until: deadline) { progress(.searching($0)) }
    var schedule = Schedule(problem: result.problem, orders: result.search.orders)
    var proof = Proof(result.search)
    if proves, !deadline.hasPassed {
      let proveBegin = ContinuousClock.now
      let search = ExactRoutingSearch(problem, objective: objective, incumbent: result)
      let exact = search.run(timeLimit: timeLeft(since: begin)) {
        progress(.proving($0))
        return !deadline.hasPassed
      }
      schedule = Schedule(problem: exact.problem, orders: exact.search.orders)
      proof = Proof(
        exact.search, bound: result.search.bound, time: ContinuousClock.now - proveBegin,
        choice: .routesAndOrders)
    }
    return CertifiedSchedule(try Timeline(schedule), proof: proof)
  }

  /// Chooses the devices of every stage, then routes and orders. The bound is that of the chosen placement.
  ///
  /// - Parameters:
  ///   - deadline: as for `certified(_:until:progress:)`, and `progress` too.
  /// - Throws: `ProblemError` when no placement makes a problem; otherwise as for a problem with its placement.
  public func certified(
    _ problem: PlacementProblem, until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> CertifiedSchedule {
    let routing = try place(problem, until: deadline)
    return try certified(routing, share: Self.shareAfterPlacement, until: deadline, progress: progress)
  }

  /// Breaks ties: of orders as good as those of a search, some that hold less memory. Where there are limits already,
  /// that takes no longer than the search did, and elsewhere not much longer.
  private func withLeastMemory(
    _ result: SearchResult, of problem: Problem, since begin: ContinuousClock.Instant,
    until deadline: Deadline,
    progress: (SearchProgress) -> Void
  ) throws(TimelineError) -> SearchResult {
    let now = ContinuousClock.now
    let all = options(visits: problem.visitCount, timePerVisit: Self.writing).timeLimit
    let share = LeastMemory.share(of: problem)
    let most = share > 0 ? min(all * share, max(now - begin, LeastMemory.leastTime)) : now - begin
    let end = min(begin + all, now + most)
    var search = try LeastMemory(result, of: problem, plan: self)
    let last = deadline.orAt(iterations == nil ? end : nil)
    search.run(until: last.share(LeastMemory.shareBesideMessages), progress: progress)
    var found = search.result
    var fewest = FewestMessages(
      try Timeline(found.schedule(of: problem)), objective: objective, seed: seed)
    fewest.run(until: last)
    (found.orders, found.value) = (fewest.orders, fewest.value)
    return found
  }

  /// Proves a schedule best or finds the best one, in the time that is left since a search began; where there is nothing
  /// to branch on, the search goes on.
  private func prove(
    _ problem: Problem, best: SearchResult, since begin: ContinuousClock.Instant, until deadline: Deadline,
    progress: (PlanProgress) -> Void
  ) -> ExactResult {
    let search = ExactSearch(
      problem, objective: objective, incumbent: (best.orders, best.value), lowerBound: best.bound,
      backward: backward)
    var result = search.run(timeLimit: timeLeft(since: begin)) {
      progress(.proving($0))
      return !deadline.hasPassed
    }
    let rest = timeLeft(since: begin)
    guard result.nodes == 0, !result.isProved, iterations == nil, rest > .zero, !deadline.hasPassed else {
      return result
    }
    let other = self.search(
      problem, starts: [best.orders], share: rest / searchTime, until: deadline
    ) { progress(.searching($0)) }
    (result.orders, result.value) = (other.orders, other.value)
    result.lowerBound = max(result.lowerBound, other.bound.value)
    return result
  }

  /// Goes through choices of modes in the order of their bounds, and through the orders in each, in the time that is left
  /// since a search began.
  private func proveModes(
    _ problem: Problem, best: SearchResult, since begin: ContinuousClock.Instant, until deadline: Deadline,
    progress: (PlanProgress) -> Void
  ) -> (result: ExactResult, modes: ModeChoice) {
    let end = deadline.orAt(.now + timeLeft(since: begin))
    let found = ExactModeSearch(
      best.schedule(of: problem).problem, objective: objective, scope: best.bound.scope,
      backward: backward, incumbent: (best.orders, best.value)
    ).run(until: end, threads: threads(problem.operationCount)) { given in
      var plan = self
      plan.proves = false
      let result = plan.search(given, starts: [best.orders], share: Self.shareOfChoice, until: end) {
        progress(.searching($0))
      }
      return (result.orders, result.value)
    }
    return (
      found.result(of: objective, scope: best.bound.scope, atLeast: best.bound.value), found.modes
    )
  }

  /// What a choice of modes is searched for before it is proved, as a share of a search.
  private static let shareOfChoice = 0.02

  private func timeLeft(since begin: ContinuousClock.Instant) -> Duration {
    max(.zero, totalTime - (ContinuousClock.now - begin))
  }
}
