import OperationGraph
import PipelineModel

extension ExactRoutingResult {
  /// Decides whether routes have orders that are shorter than the best known ones, which they then replace.
  ///
  /// - Parameters:
  ///   - problem: the problem with its routes.
  ///   - bound: no schedule of the problem is shorter.
  ///   - nodeLimit: of sets of orders.
  /// - Returns: whether that is decided; `nil` where more nodes would not decide it either.
  mutating func decide(
    _ problem: Problem, above bound: Double, nodes nodeLimit: Int, while goesOn: () -> Bool
  ) -> Bool? {
    let grid = LoweredProblem(problem).grid
    // Another problem's value need not be on this one's grid.
    let value = (search.value * grid.stepsPerUnit * (1 - 1e-12)).rounded(.up) / grid.stepsPerUnit
    let known = LowerBound(value: bound, argument: .given, scope: search.scope)
    let result = ExactSearch(
      problem, objective: search.objective, incumbent: (search.orders, value), lowerBound: known
    ).run(nodeLimit: nodeLimit) { _ in goesOn() }
    take(problem, result.orders, result.value)
    if result.isProved { return true }
    // A search that ends of itself says no more with more nodes.
    return result.nodes < nodeLimit ? nil : false
  }

  /// Takes orders that are shorter than the best known ones.
  mutating func take(_ problem: Problem, _ orders: Orders, _ value: Double) {
    guard !LowerBound.isMet(value, by: search.value) else { return }
    self.problem = problem
    search.orders = orders
    search.value = value
  }
}
