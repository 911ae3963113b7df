import PipelineModel

/// Annealing from given orders, for benchmarks.
package struct AnnealingMeasurement {
  private let chain: SearchChain

  /// Begins from orders that fit the problem.
  package init(_ problem: Problem, objective: Objective, orders: Orders) {
    let model = SearchModel(problem, fused: false)
    chain = SearchChain(model, objective: objective, floor: 0, seed: 1)
    if let nodeOrder = model.nodeOrder(of: orders) { _ = chain.candidate(of: nodeOrder) }
  }

  /// Tries moves as a search does and returns how many were kept.
  package func run(moves: Int) -> Int {
    let before = chain.keptMoves
    chain.improve(moves: moves, deadline: .never)
    return chain.keptMoves - before
  }
}
