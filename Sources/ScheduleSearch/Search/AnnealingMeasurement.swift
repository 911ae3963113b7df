import PipelineModel

/// Annealing from given words, for benchmarks.
package struct AnnealingMeasurement {
  private let chain: SearchChain

  /// Begins from words that fit the problem.
  package init(_ problem: Problem, objective: Objective, words: Words) {
    let model = SearchModel(problem, fused: false)
    chain = SearchChain(model, objective: objective, floor: 0, seed: 1)
    if let order = model.order(of: words) { _ = chain.candidate(of: order) }
  }

  /// Tries moves as a search does and returns how many were kept.
  package func run(moves: Int) -> Int {
    let before = chain.keptMoves
    chain.improve(moves: moves, deadline: .never)
    return chain.keptMoves - before
  }
}
