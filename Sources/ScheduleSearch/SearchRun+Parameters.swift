import PipelineModel

/// The phase between greedy rules and moves: chains that change the parameters of greedy runs.
extension SearchRun {
  typealias ParameterChain = AnnealingChain<ParameterMoves>

  /// Anneals the parameters of greedy runs, from those of the best rules on, as long as that pays.
  mutating func searchParameters() {
    guard !isOver, mayGainMuch, let model = space.greedyModel else { return }
    let starts = bestParameters + bestRules.compactMap { space.parameters(ofRule: $0.rule) }
    var budget = RunBudget(
      cost: Effort.movesPerRun + model.nodes.count / Effort.operationsPerMove,
      share: Effort.shareOfParameters, moves: movesLeft, until: lastMoves, threads: workers.chains.count)
    guard !starts.isEmpty, budget.mayGoOn else { return }
    enter(.parameters)
    let chains = makeChains(budget.chainCount, model, from: starts)
    var watch = GainWatch(best: value)
    while !isOver, budget.mayGoOn, watch.goesOn {
      let before = chains.chains.reduce(0) { $0 + $1.tried }
      let orders = chains.map { [budget] chain, _ in
        let known = chain.best.value
        chain.improve(moves: budget.runsOfRound, until: budget.endOfRound)
        return chain.best.value < known ? chain.annealer.neighbourhood.orders(of: chain.best.plan) : nil
      }
      otherMoves += budget.spend(runs: chains.chains.reduce(0) { $0 + $1.tried } - before)
      takeOrders(orders.compactMap { $0 })
      watch.note(value)
      report()
    }
    let best = chains.chains.map(\.best).sorted { $0.value < $1.value }
    bestParameters = best.filter { $0.value.isFinite }.map(\.plan)
  }

  /// Whether there is so much to gain that runs of the whole pipeline pay.
  var mayGainMuch: Bool { bound.value < value * (1 - Effort.leastGap) }

  private func makeChains(
    _ count: Int, _ model: SearchModel, from starts: [GreedyParameters]
  ) -> ChainPool<ParameterChain> {
    ChainPool(count: starts.isEmpty ? 0 : count, atOnce: workers.chains.count) { [options] index in
      let chain = ParameterChain(
        ParameterMoves(model, objective: options.objective),
        cooling: .parameters(model.nodes.count, chain: index),
        random: FastRandom(seed: options.seed, chain: index, for: .parameters))
      chain.begin(from: Candidate(starts[index % starts.count]))
      return chain
    }
  }

  private mutating func takeOrders(_ orders: [[Int32]]) {
    for nodes in orders {
      guard let plan = space.plan(ofNodes: nodes), let found = workers.chains[0].chain.evaluate(plan) else {
        continue
      }
      insert(found)
    }
  }
}
