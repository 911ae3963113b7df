/// The phase before moves of blocks: chains that change the parameters of a dispatcher that forms pairs.
extension SearchRun {
  /// Anneals the parameters of a dispatcher of pairs, from those of the best rules on, as long as that pays.
  mutating func searchPairParameters() {
    guard !isOver, mayGainMuch, !bestRules.isEmpty else { return }
    var budget = RunBudget(
      cost: Effort.movesPerRun, share: Effort.shareOfPairParameters, moves: movesLeft, until: lastMoves,
      threads: workers.chains.count)
    guard budget.mayGoOn else { return }
    let chains = (0..<budget.chainCount).compactMap { space.makeParameterChain($0) }
    guard !chains.isEmpty else { return }
    let pool = ChainPool(count: chains.count, atOnce: workers.chains.count) { ParameterWorker(chains[$0]) }
    enter(.parameters)
    for (index, worker) in pool.chains.enumerated() {
      worker.chain.floor = bound.value * space.grid.stepsPerUnit
      worker.chain.begin(fromRule: bestRules[index % bestRules.count].rule)
    }
    var watch = GainWatch(best: value)
    while !isOver, budget.mayGoOn, watch.goesOn {
      let before = pool.chains.reduce(0) { $0 + $1.chain.tried }
      let plans = pool.map { [budget] worker, _ in
        worker.chain.improve(runs: budget.runsOfRound, until: budget.endOfRound)
      }
      otherMoves += budget.spend(runs: pool.chains.reduce(0) { $0 + $1.chain.tried } - before)
      for plan in plans { plan.flatMap(workers.chains[0].chain.evaluate).map { insert($0) } }
      watch.note(value)
      report()
    }
  }
}

/// A chain of parameters at a place of its own.
private final class ParameterWorker<Plan> {
  let chain: any ParameterChain<Plan>

  init(_ chain: any ParameterChain<Plan>) { self.chain = chain }
}
