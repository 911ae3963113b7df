/// The phase between greedy rules and moves: chains that change the parameters of greedy runs.
extension SearchRun {
  /// Anneals the parameters of greedy runs, from those of the best rules on.
  mutating func searchParameters() {
    guard !isOver, movesLeft != 0 else { return }
    let chains = workers.chains.indices.compactMap { space.makeParameterChain($0) }
    guard !chains.isEmpty, !bestRules.isEmpty else { return }
    let end = lastMoves.share(Effort.shareOfParameters)
    let pool = ChainPool(count: chains.count) { ParameterWorker(chain: chains[$0]) }
    for (index, worker) in pool.chains.enumerated() {
      worker.chain.floor = bound.value * space.grid.stepsPerUnit
      worker.chain.begin(fromRule: bestRules[index % bestRules.count].rule)
    }
    var left = movesLeft.map { Int(Double($0) * Effort.shareOfParameters) / Effort.movesPerRun }
    var (rounds, lastGain) = (0, 0)
    // The phase ends early where half of its rounds were in vain.
    while !isOver, !end.hasPassed, left != 0, rounds < max(Effort.leastParameterRounds, 2 * lastGain + 1) {
      let before = pool.chains.reduce(0) { $0 + $1.chain.tried }
      let runs = left.map { min($0, Effort.runsPerRound) }
      let plans = pool.map { worker, index in
        worker.chain.improve(
          runs: runs.map { pool.share(of: $0, for: index) } ?? Effort.unlimitedMoves,
          until: runs == nil ? end.orAt(.now + Effort.roundTime) : end)
      }
      rounds += 1
      if plans.contains(where: { $0 != nil }) { lastGain = rounds }
      for plan in plans { plan.flatMap(workers.chains[0].chain.evaluate).map { insert($0) } }
      otherMoves += Effort.movesPerRun * (pool.chains.reduce(0) { $0 + $1.chain.tried } - before)
      left = left.map { $0 - (runs ?? 0) }
      report()
    }
  }
}

/// A chain of parameters at a place of its own.
private final class ParameterWorker<Plan> {
  let chain: any ParameterChain<Plan>

  init(chain: any ParameterChain<Plan>) { self.chain = chain }
}
