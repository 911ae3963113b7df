import PipelineModel

/// Annealing from given orders, for benchmarks.
package final class AnnealingMeasurement {
  private var annealer: Annealer<OperationMoves>

  /// Begins from orders that fit the problem.
  package init(_ problem: Problem, objective: Objective, orders: Orders) {
    let model = SearchModel(problem, fused: false)
    annealer = Annealer(
      OperationMoves(model, objective: objective), cooling: .operations(model.nodes.count, chain: 0),
      random: FastRandom(seed: 1))
    if let nodeOrder = model.nodeOrder(of: orders), let start = annealer.evaluate(nodeOrder) {
      annealer.begin(from: start)
    }
  }

  /// Tries moves as a search does and returns how many were kept.
  package func run(moves: Int) -> Int {
    let before = annealer.kept
    annealer.improve(moves: moves, until: .never)
    return annealer.kept - before
  }
}
