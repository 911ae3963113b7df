import PipelineModel

/// Phases that improve orders and prove how good they are.
extension SearchRun {
  /// Works out the best bound that the time allows, which may end the search.
  mutating func raiseBound(until deadline: Deadline) {
    guard !isBoundKnown, goesOn, !isMet else { return }
    enter(.bound)
    raiseBound(
      to: .best(
        for: problem, objective: options.objective, scope: options.scope, until: value, deadline: deadline,
        threads: options.threads))
  }

  /// Leaves time for work to follow the moves, unless that is too much of what is left; tells whether it did.
  mutating func reserve(_ time: Duration) -> Bool {
    guard options.iterations == nil else { return true }
    guard let early = deadline.earlier(by: time, ofLeft: Effort.shareOfLastBound) else { return false }
    lastMoves = early
    return true
  }

  /// Lets all chains try moves until nothing is better, or no time or moves are left.
  mutating func improve() {
    enter(.moves)
    while !isOver, movesLeft != 0 {
      improveOnce()
      report()
    }
  }

  /// Lets all chains try moves for a while, and takes in what they found.
  mutating func improveOnce() {
    let places = hasBegun ? nil : portfolio
    hasBegun = true
    let found = workers.map { [workers, movesLeft, lastMoves] worker, index in
      if let start = places?.start(of: index) { worker.chain.begin(from: start) }
      let count = movesLeft.map { min(Effort.movesPerRound, workers.share(of: $0, for: index)) }
      // From when the chain begins: with more chains than cores, some begin when others have ended.
      let end = count == nil ? ContinuousClock.now + Effort.roundTime : nil
      worker.chain.improve(moves: count ?? Effort.unlimitedMoves, until: lastMoves.orAt(end))
      return worker.chain.best
    }
    for candidate in found { insert(candidate) }
  }
}
