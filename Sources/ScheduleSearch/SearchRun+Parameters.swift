import PipelineModel

/// The phase between greedy rules and moves: chains that change the parameters of greedy runs.
extension SearchRun {
  typealias ParameterChain = AnnealingChain<ParameterMoves>

  /// Anneals the parameters of greedy runs, from those of the best rules on, as long as that pays.
  mutating func searchParameters() {
    guard !isOver, mayGainMuch, let model = space.greedyModel else { return }
    let starts = bestParameters + bestRules.compactMap { space.parameters(ofRule: $0.rule) }
    let count = options.iterations == nil ? workers.chains.count : Effort.parameterChains
    let cost = max(1, model.nodes.count / Effort.operationsPerMove)
    let rounds = Effort.parameterRounds
    let runs = movesLeft.map { Int(Double($0) * Effort.shareOfParameters) / (cost * count * rounds) }
    guard !starts.isEmpty, runs != 0 else { return }
    let end = lastMoves.share(Effort.shareOfParameters)
    let chains = makeChains(count, model, from: starts)
    let roundTime = end.timeLeft.map { $0 / rounds }
    var watch = GainWatch(best: value)
    for _ in 0..<rounds where !isOver && !end.hasPassed && watch.goesOn {
      let before = chains.chains.reduce(0) { $0 + $1.tried }
      let orders = chains.map { chain, _ in
        let known = chain.best.value
        chain.improve(
          moves: runs ?? Effort.unlimitedMoves, until: end.orAt(roundTime.map { .now + $0 }))
        return chain.best.value < known ? chain.annealer.neighbourhood.orders(of: chain.best.plan) : nil
      }
      otherMoves += cost * (chains.chains.reduce(0) { $0 + $1.tried } - before)
      takeOrders(orders.compactMap { $0 })
      watch.note(value, parameters: chains.chains.reduce(.infinity) { min($0, space.grid.units($1.best.value)) })
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

/// Tells whether a phase still gains.
private struct GainWatch {
  private(set) var best: Double
  private var parameters = Double.infinity
  private var rounds = 0
  private var lastGain = 0

  init(best: Double) { self.best = best }

  /// Notes the best value of all after a round, and the best of the phase.
  mutating func note(_ value: Double, parameters own: Double) {
    rounds += 1
    if own < parameters || value < best { lastGain = rounds }
    best = min(best, value)
    parameters = min(parameters, own)
  }

  /// Whether there were gains lately, and the phase is not far behind others.
  var goesOn: Bool {
    rounds < Effort.leastParameterRounds
      || (2 * lastGain >= rounds && parameters <= best * Effort.worstParameters)
  }
}
