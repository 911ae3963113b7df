/// The phase between greedy rules and moves: chains that change the parameters of greedy runs.
extension SearchRun {
  /// Anneals the parameters of greedy runs, from those of the best rules on, as long as that pays.
  mutating func searchParameters() {
    guard !isOver, mayGainMuch else { return }
    let starts = bestParameters + bestRules.compactMap { space.parameters(ofRule: $0.rule) }
    var budget = RunBudget(
      cost: space.movesPerRun, share: space.shareOfParameters, moves: movesLeft, until: lastMoves,
      threads: workers.chains.count)
    guard !starts.isEmpty, budget.mayGoOn else { return }
    enter(.parameters)
    let chains = makeChains(budget.chainCount, from: starts)
    var watch = GainWatch(best: value)
    let isHuge = problem.visitCount > Effort.mostVisitsLeftToMoves
    while !isOver, budget.mayGoOn, watch.goesOn || isHuge {
      let before = chains.chains.reduce(0) { $0 + $1.tried }
      let better = chains.map(atOnce: cores) { [budget] chain, _ in
        let known = chain.best.value
        chain.improve(budget.runsOfRound, budget.endOfRound)
        return chain.best.value < known ? chain.best.plan : nil
      }
      otherMoves += budget.spend(runs: chains.chains.reduce(0) { $0 + $1.tried } - before)
      for parameters in better { parameters.map { take($0) } }
      watch.note(value)
      report()
    }
    let best = chains.chains.map(\.best).sorted { $0.value < $1.value }
    bestParameters = best.filter { $0.value.isFinite }.map(\.plan)
  }

  /// Whether there is so much to gain that runs of the whole pipeline pay.
  var mayGainMuch: Bool { bound.value < value * (1 - Effort.leastGap) }

  private func makeChains(
    _ count: Int, from starts: [Space.Parameters]
  ) -> ChainPool<ParameterChain<Space.Parameters>> {
    let chains = (0..<count).map { index in
      let chain = space.makeParameterChain(index)
      chain.setFloor(bound.value * space.grid.stepsPerUnit)
      return chain
    }
    return ChainPool(count: count, atOnce: cores) { index in
      chains[index].begin(starts[index % starts.count])
      return chains[index]
    }
  }

  /// Takes in the orders that parameters lead to.
  private mutating func take(_ parameters: Space.Parameters) {
    let worker = workers.chains[0]
    worker.plan(of: parameters, in: space, until: .never).flatMap(worker.chain.evaluate).map { insert($0) }
  }
}
