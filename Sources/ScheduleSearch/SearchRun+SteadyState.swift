import PipelineModel

/// The phase that solves a shorter problem and repeats its steady state.
extension SearchRun {
  /// Searches orders for fewer microbatches with a share of the time or moves, and repeats stretches of the best: what
  /// they cost a microbatch does not depend on how many there are.
  mutating func composeSteadyState() {
    guard !isOver, mayGainMuch else { return }
    let end = lastMoves.share(Effort.shareOfSteadyState)
    for count in space.shorterCounts {
      guard let short = space.resized(to: count) else { return }
      enter(.steadyState)
      var run = shortRun(in: short, until: end)
      takeShortened(into: &run)
      // Where nothing can be left out of the best orders, nothing has ever come of repeating other orders.
      if run.portfolio.best != nil { return compose(with: &run, until: end) }
    }
  }

  /// A search of a shorter problem.
  private func shortRun(in short: Space, until end: Deadline) -> SearchRun {
    var options = options
    options.iterations = movesLeft.map { Int(Double($0) * Effort.shareOfSteadyState) }
    var run = SearchRun(
      short.problem, in: short, options: options, bound: options.firstBound(of: short.problem, known: nil),
      isBoundKnown: false, since: .now, until: end, progress: progressOfPart())
    run.pendingOutside = pending
    return run
  }

  /// Searches a shorter problem, and repeats stretches of the best orders.
  private mutating func compose(with run: inout SearchRun, until end: Deadline) {
    run.construct()
    run.raiseBound(until: end.share(Effort.shareOfShortBound))
    run.searchParameters()
    run.prove()
    takeParameters(of: run)
    if let first = compose(from: run), first <= value * Effort.worstComposition {
      run.improve()
      _ = compose(from: run)
    }
    otherMoves += run.moves
    report()
  }

  /// Lets a shorter problem begin with the best orders of this one, a stretch left out.
  private func takeShortened(into run: inout SearchRun) {
    for candidate in portfolio.candidates.prefix(Effort.shortenedOrders) {
      let stretches = run.space.stretches(of: candidate.plan, in: space)
      // Neighbouring cuts differ little.
      let step = max(1, stretches.count / Effort.shortenedOrders)
      for index in stride(from: 0, to: stretches.count, by: step) {
        guard let plan = run.space.plan(repeating: stretches[index], of: candidate.plan, in: space),
          let found = run.workers.chains[0].chain.evaluate(plan)
        else { continue }
        run.insert(found)
      }
    }
  }

  /// What a search for part of the problem tells: its own value and bound are none here.
  private func progressOfPart() -> (SearchProgress) -> Bool {
    let (progress, moves, value, bound, passed) = (
      progress, moves, value, bound.value, ContinuousClock.now - begin
    )
    return {
      progress(
        SearchProgress(
          phase: .steadyState, elapsed: passed + $0.elapsed, iterations: moves + $0.iterations, value: value,
          lowerBound: bound))
    }
  }

  /// Tries the parameters that were best for fewer microbatches.
  private mutating func takeParameters(of run: SearchRun) {
    let found = run.bestParameters.compactMap { space.parameters($0, of: run.space) }
    bestParameters += found
    evaluate(found.count) { [space, deadline] worker, index in
      worker.plan(of: found[index], in: space, until: deadline)
    }
  }

  /// Repeats stretches of the best orders of a shorter problem; returns the best value found, in the problem's time unit.
  private mutating func compose(from run: SearchRun) -> Double? {
    let missing = Double(problem.microbatchCount - run.problem.microbatchCount)
    var ways: [(value: Double, plan: Space.Plan, stretch: SteadyState.Stretch)] = []
    for candidate in run.portfolio.candidates where !isOver {
      for stretch in space.stretches(of: candidate.plan, in: run.space) {
        ways.append((candidate.value + stretch.estimate * missing, candidate.plan, stretch))
      }
    }
    // Stable, so that the same ways come first in every run.
    let order = ways.indices.sorted { (ways[$0].value, $0) < (ways[$1].value, $1) }
      .prefix(max(Effort.leastCompositions, Effort.composedVisits / problem.visitCount))
    let best = value
    var found: (value: Double, way: Int)?
    evaluate(order.count) { [space] _, index in
      space.plan(repeating: ways[order[index]].stretch, of: ways[order[index]].plan, in: run.space)
    } note: { _, index, value in
      if value < found?.value ?? .infinity { found = (value, order[index]) }
    }
    guard let found else { return nil }
    let value = space.grid.units(found.value)
    if value < best {
      let way = ways[found.way]
      slopePerMicrobatch = slope(of: way.stretch, in: way.plan, of: run.space, value: found.value)
    }
    return value
  }

  /// What each further microbatch adds, measured over half of those that were added; in the problem's time unit.
  private func slope(
    of stretch: SteadyState.Stretch, in plan: Space.Plan, of short: Space, value: Double
  ) -> Double? {
    let added = problem.microbatchCount - short.problem.microbatchCount
    let half = added / stretch.length / 2 * stretch.length
    guard let middle = space.resized(to: problem.microbatchCount - half), half > 0,
      let repeated = middle.plan(repeating: stretch, of: plan, in: short),
      let other = middle.makeChain(0).evaluate(repeated)
    else { return nil }
    return space.grid.units(value - other.value) / Double(half)
  }
}
