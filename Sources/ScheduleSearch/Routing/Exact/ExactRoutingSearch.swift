import PipelineModel

/// Proves routes and orders best, or finds the best ones, by branch and bound over the routes of microbatches.
///
/// A node gives the first microbatches their routes. The node with the least bound is always the next: it is split
/// by the route of one more microbatch or, with all routes chosen, handed to `ExactSearch`, which decides its orders.
/// Equal microbatches have routes that do not fall in number. docs/search.md tells why nothing is missed. For small
/// problems: with very many routes the search returns what it was given.
public struct ExactRoutingSearch {
  private let problem: RoutingProblem
  private let objective: Objective
  private let incumbent: RoutingResult

  /// Prepares a search.
  ///
  /// - Parameter incumbent: known routes and orders that keep all limits, with a bound that holds whatever the
  ///   routes; its scope is that of the search.
  public init(_ problem: RoutingProblem, objective: Objective, incumbent: RoutingResult) {
    self.problem = problem
    self.objective = objective
    self.incumbent = incumbent
  }

  private var scope: Certificate.Scope { incumbent.search.bound.scope }

  /// An origin with more routes is no small problem.
  private static let mostRoutes = 20_000

  /// Searches until the best routes and orders are proved best or a limit is reached.
  ///
  /// - Parameters:
  ///   - timeLimit: looked at before every node; none if `nil`.
  ///   - nodeLimit: the most nodes to look at; any number if `nil`. With it alone the same in every run.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  /// - Complexity: exponential in the microbatches; a bound on given routes for every node.
  public func run(
    timeLimit: Duration? = nil, nodeLimit: Int? = nil, progress: (ExactProgress) -> Bool = { _ in true }
  ) -> ExactRoutingResult {
    let begin = ContinuousClock.now
    var result = ExactRoutingResult(
      problem: incumbent.problem,
      search: ExactResult(
        orders: incumbent.search.orders, value: incumbent.search.value,
        lowerBound: incumbent.search.bound.value, objective: objective, scope: scope, nodes: 0))
    guard result.search.value > result.search.lowerBound, !result.search.isProved,
      problem.frame.pieces == 1
    else { return result }
    let model = RoutingModel(problem, fused: scope == .fused, shrunk: true)
    var told = begin
    // Asked while a step changes a tree, which cannot be read meanwhile: what was known before the step.
    var known = (best: result.search.value, bound: result.search.lowerBound, nodes: 0)
    var isEnded = false
    func goesOn() -> Bool {
      let now = ContinuousClock.now
      if isEnded { return false }
      if let timeLimit, now - begin >= timeLimit { return false }
      guard now - told >= .milliseconds(100) else { return true }
      told = now
      isEnded = !progress(
        ExactProgress(elapsed: now - begin, nodes: known.nodes, value: known.best, lowerBound: known.bound))
      return !isEnded
    }
    let most = nodeLimit ?? .max
    if var proof = PathProof(model, best: result, decidesLeaves: true) {
      while proof.isOpen, proof.nodeCount < most, goesOn() {
        proof.step(nodes: most - proof.nodeCount, while: goesOn)
        result = proof.best
        result.search.nodes = proof.nodeCount
        known = (result.search.value, result.search.lowerBound, proof.nodeCount)
      }
    }
    guard !result.search.isProved, known.nodes < most,
      let choices = RouteChoices(model, most: Self.mostRoutes)
    else { return result }
    let before = known.nodes
    let deadline = Deadline(at: timeLimit.map { begin + $0 })
    var tree = RouteTree(choices, objective: objective, best: result, deadline: deadline)
    while !tree.isDone, before + tree.nodeCount < most, goesOn() {
      tree.step(while: goesOn)
      known = (tree.best.search.value, tree.lowerBound, before + tree.nodeCount)
    }
    result = tree.best
    result.search.nodes = before + tree.nodeCount
    result.search.lowerBound = tree.lowerBound
    return result
  }
}

/// Routes and orders, and what an exact search proved of them.
public struct ExactRoutingResult: Hashable, Sendable {
  /// The problem with the best known routes; it states them, and its rules where it has any.
  public var problem: Problem
  /// The orders, with a bound that holds whatever the routes; nodes are sets of routes.
  public var search: ExactResult
}
