import PipelineModel
import ScheduleScenarios
import Timeline

/// Searches under scenarios: first without them, then among the orders that are good enough without.
extension Search {
  /// Searches for orders that are good under scenarios.
  ///
  /// With `meanAmongBest` the scenarios break ties: the result is within `ScenarioGoal.tolerance` of the best value found
  /// without them. The bound is that of the value without scenarios.
  ///
  /// - Precondition: `checkScope(of:)` has no objection to the problem.
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread, with values without scenarios; `false` ends the
  ///     search.
  /// - Returns: the best orders found; at the same seed, `iterations` and `threads` always the same.
  /// - Throws: `ScenarioError` naming what the problem does not have.
  public func run(
    under goal: ScenarioGoal, until deadline: Deadline = .never,
    progress: (SearchProgress) -> Bool = { _ in true }
  ) throws(ScenarioError) -> (search: SearchResult, scenarios: ScenarioResult) {
    let begin = ContinuousClock.now
    var draws = try ScenarioDraws(goal.scenarios, for: PassTable(problem))
    let end = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
    var goesOn = true
    var nominal = Search(problem, options: options.halved, starts: starts, lowerBound: known)
      .run(until: end) {
        goesOn = progress($0)
        return goesOn
      }
    let problem = nominal.schedule(of: problem).problem
    if problem.modes != self.problem.modes {
      draws = try ScenarioDraws(goal.scenarios, for: PassTable(problem))
    }
    // What makes backward passes ready stays where the search without scenarios put it.
    let mayMove = !problem.hasPreparations
    let judge = ScenarioJudge(
      draws, figure: goal.figure, objective: options.objective, count: goal.judgingCount)
    var improvement =
      !mayMove
      ? nil
      : ScenarioImprovement(
        problem, options: options, judge: judge, from: goal.starts(best: nominal, others: starts),
        ceiling: goal.ceiling(of: nominal.value))
    let lastMoves = end.orAt(
      options.iterations == nil ? begin + options.timeLimit * (1 - Effort.shareOfMeanBound) : nil)
    while goesOn, let moves = improvement, !moves.isOver(after: nominal.iterations), !lastMoves.hasPassed {
      improvement?.improve(until: lastMoves, after: nominal.iterations)
      goesOn = progress(
        SearchProgress(
          phase: .scenarios, elapsed: ContinuousClock.now - begin,
          iterations: nominal.iterations + (improvement?.moves ?? 0),
          value: nominal.value, lowerBound: nominal.bound.value))
    }
    nominal.iterations += improvement?.moves ?? 0
    // Orders with pairs that no blocks tell stay as they are.
    nominal.orders = improvement?.best ?? nominal.orders
    guard let timeline = Timeline(ifItRuns: Schedule(problem: problem, orders: nominal.orders)),
      let value = judge.valueUnderAll(of: Retimer(timeline, table: draws.table))
    else { preconditionFailure("the orders of a search can run, however long their operations last") }
    nominal.value = timeline.value(of: options.objective)
    let result = ScenarioResult(
      figure: goal.figure, count: judge.scenarios.count, value: value, meanBound: meanBound(draws, until: end)
    )
    return (nominal, result)
  }

  /// A bound of the problem of mean durations, which is one of the mean over all scenarios.
  private func meanBound(_ draws: ScenarioDraws, until deadline: Deadline) -> Double? {
    draws.meanProblem().map { mean in
      LowerBound.best(
        for: mean, objective: options.objective, scope: options.scope, until: .infinity,
        deadline: deadline, threads: options.threads
      ).value
    }
  }
}

extension SearchOptions {
  /// What is left to a search without scenarios before one under them.
  fileprivate var halved: SearchOptions {
    var options = self
    options.timeLimit = timeLimit / Effort.shareWithoutScenarios
    options.iterations = iterations.map { $0 / Effort.shareWithoutScenarios }
    return options
  }
}

extension ScenarioGoal {
  /// How many scenarios the best orders are judged under.
  fileprivate var judgingCount: Int {
    switch figure {
    case .meanAmongBest: min(scenarios.count, Effort.scenariosOfMove)
    case .quantile: min(scenarios.count, Effort.scenariosOfQuantile)
    }
  }

  /// The most that orders may take without scenarios where the best take so long.
  fileprivate func ceiling(of value: Double) -> Double {
    switch figure {
    case .meanAmongBest: value * (1 + Self.tolerance)
    case .quantile: .infinity
    }
  }

  /// What to begin with. Given orders are worth trying also where they are not among the best: a search goes by the value
  /// without scenarios.
  fileprivate func starts(best: SearchResult, others: [Orders]) -> [Orders] { [best.orders] + others }
}
