/// The phase that improves orders.
extension SearchRun {
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
    let found = workers.map(atOnce: cores) { [workers, movesLeft, lastMoves] worker, index in
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
