import PipelineModel
import Timeline

/// Chains of moves that make orders better under scenarios.
struct ScenarioImprovement {
  private let space: BlockSpace
  private let chains: ChainPool<AnnealingChain<JudgedMoves>>
  private let iterations: Int?

  /// Makes chains, each of which begins with one of the best orders, over and over.
  init(
    _ problem: Problem, options: SearchOptions, judge: ScenarioJudge, from starts: [Orders], ceiling: Double
  ) {
    let space = BlockSpace(problem, options: options)
    self.space = space
    iterations = options.iterations
    let plans = starts.compactMap(space.plan(of:))
    let steps = ceiling * (1 + 1e-9) * space.grid.stepsPerUnit
    chains = ChainPool(count: max(1, options.threads)) { index in
      let chain = space.makeChain(index, judge: judge, ceiling: steps)
      let candidates = plans.compactMap(chain.evaluate)
        .enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }.map(\.element)
      guard let best = candidates.first else { return nil }
      let places = candidates.prefix { $0.value <= best.value * Effort.worstScenarioStart }
      chain.begin(from: places[index % places.count])
      return chain
    }
  }

  /// The moves tried.
  var moves: Int { chains.chains.reduce(0) { $0 + $1.tried } }

  /// Whether no moves are left after those of another search.
  func isOver(after others: Int) -> Bool {
    chains.chains.isEmpty || iterations.map { others + moves >= $0 } ?? false
  }

  /// Lets all chains try moves for a while.
  mutating func improve(until deadline: Deadline, after others: Int) {
    let left = iterations.map { $0 - others - moves }
    _ = chains.map { chain, index in
      let count = left.map { min(Effort.movesPerScenarioRound, chains.share(of: $0, for: index)) }
      let end = count == nil ? ContinuousClock.now + Effort.roundTime : nil
      chain.improve(moves: count ?? Effort.unlimitedMoves, until: deadline.orAt(end))
    }
  }

  /// The best orders under all scenarios that judge; `nil` where no orders could be told in blocks.
  var best: Orders? {
    let found = chains.chains.compactMap { $0.annealer.neighbourhood.best }
    return found.min { $0.value < $1.value }.map { space.orders(of: $0.plan) }
  }
}
