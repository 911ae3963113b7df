import PipelineModel
import Timeline

/// Chooses a route for every microbatch under the rules of a problem, and orders for the routes.
///
/// Routes are found by annealing, each set of them played forward in time (`RouteMoves`); the best ones become a
/// problem whose orders `Search` improves on. A bound that holds whatever the routes are ends either as soon as it
/// is met. docs/search.md explains.
public struct RoutingSearch {
  private let problem: RoutingProblem
  private let options: SearchOptions

  /// Prepares a search.
  public init(_ problem: RoutingProblem, options: SearchOptions = SearchOptions()) {
    self.problem = problem
    self.options = options
  }

  /// Searches for routes in most of the time or moves (`Effort.shareOfRoutes`), and for orders in the rest.
  ///
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search. Its value is infinite
  ///     until routes are found that keep all limits.
  /// - Returns: the problem with its routes and the best orders found; at the same seed, `iterations` and
  ///   `threads` always the same.
  /// - Throws: `RoutingRefusal` when there are no routes, or none were found.
  public func run(
    until deadline: Deadline = .never, progress: (SearchProgress) -> Bool = { _ in true }
  ) throws(RoutingRefusal) -> RoutingResult {
    let begin = ContinuousClock.now
    let model = RoutingModel(problem, fused: options.backward == .fused)
    if let refusal = model.refusal() { throw refusal }
    let end = deadline.orAt(isTimed ? begin + options.timeLimit : nil)
    let bounds = RoutingBound(problem, fused: options.backward == .fused, objective: options.objective)
    var bound = bounds.best(until: nil, deadline: end.share(0.5))
    let routes = try routes(model, bounds, &bound, since: begin, until: deadline, progress: progress)
    var routed: Problem
    do throws(ProblemError) { routed = try problem.problem(routes: routes.routes) } catch {
      throw RoutingRefusal(.noMemory(error), of: problem)
    }
    var orders = routes.orders
    if let known = orders, routes.goesOn,
      let better = improved(routed, known, value: routes.value, &bound, until: end, moves: routes.moves)
    {
      (routed, orders) = (better.problem, better.search.orders)
    }
    var options = options
    options.iterations = options.iterations.map { max(0, $0 - routes.moves) }
    options.timeLimit = max(.zero, options.timeLimit - (ContinuousClock.now - begin))
    let starts = orders.map { [$0] } ?? []
    let search = Search(routed, options: options, starts: starts, lowerBound: bound.value)
    var result = search.run(until: end) { step in
      routes.goesOn
        && progress(
          SearchProgress(
            phase: step.phase, elapsed: ContinuousClock.now - begin,
            iterations: routes.moves + step.iterations,
            value: step.value, lowerBound: step.lowerBound))
    }
    result.bound = bound
    result.iterations += routes.moves
    return RoutingResult(problem: routed, search: result)
  }

  /// Looks for shorter schedules, and raises the bound, with a tree of paths and orders.
  private func improved(
    _ problem: Problem, _ orders: Orders, value: Double, _ bound: inout LowerBound, until deadline: Deadline,
    moves: Int
  ) -> ExactRoutingResult? {
    let known = ExactRoutingResult(
      problem: problem,
      search: ExactResult(
        orders: orders, value: value, lowerBound: bound.value, objective: options.objective,
        scope: bound.scope, nodes: 0))
    let model = RoutingModel(self.problem, fused: options.backward == .fused, shrunk: true)
    guard problem.pieces == 1, !known.search.isProved,
      var tree = PathProof(model, best: known, decidesLeaves: false)
    else { return nil }
    let share = deadline.share(Effort.shareOfPathTree)
    // A node takes about as long as a move.
    let most = options.iterations.map { max(0, $0 - moves) / 2 } ?? .max
    while tree.isOpen, tree.nodeCount < most, !share.hasPassed {
      tree.step(nodes: most - tree.nodeCount) { !share.hasPassed }
    }
    if tree.best.search.lowerBound > bound.value {
      bound = LowerBound(value: tree.best.search.lowerBound, argument: .paths, scope: bound.scope)
    }
    return tree.best
  }

  private typealias Found = (routes: [Route], orders: Orders?, value: Double, moves: Int, goesOn: Bool)

  private func routes(
    _ model: RoutingModel, _ bounds: RoutingBound, _ bound: inout LowerBound,
    since begin: ContinuousClock.Instant, until deadline: Deadline, progress: (SearchProgress) -> Bool
  ) throws(RoutingRefusal) -> Found {
    let (parts, of) = Effort.shareOfRoutes
    let share = deadline.orAt(isTimed ? begin + options.timeLimit * parts / of : nil)
    // However short the time is, the first routes are looked for a moment longer.
    let grace = deadline.orAt(isTimed ? begin + max(options.timeLimit, Effort.leastRouteTime) : nil)
    guard var search = RouteSearch(model, floor: bound.value, options: options, deadline: share) else {
      throw RoutingRefusal(.noOrder, of: problem)
    }
    let most = options.iterations.map { $0 * parts / of }
    var goesOn = true
    var isDecided = false
    var isBounded = false
    while goesOn, search.isLost ? !grace.hasPassed : !search.isDone && search.moves < most ?? .max {
      search.improve(moves: most.map { $0 - search.moves }, until: search.isLost ? grace : share)
      let step = SearchProgress(
        phase: .routes, elapsed: ContinuousClock.now - begin, iterations: search.moves,
        value: search.value, lowerBound: bound.value)
      goesOn = progress(step)
      if search.lowerBound > bound.value {
        bound = LowerBound(value: search.lowerBound, argument: .paths, scope: bound.scope)
      }
      if search.value.isFinite, !isBounded, search.rounds >= Effort.routeCyclesBeforeBound {
        bound = bounds.best(
          above: bound, until: search.value, deadline: share.share(Effort.shareOfPathBound))
        search.raiseFloor(to: bound.value)
        isBounded = true
      }
      if search.isLost, !isDecided, search.moves >= Effort.movesBeforeProof {
        try decide(model, for: search)
        isDecided = true
      }
    }
    guard search.excess == 0 else { throw RoutingRefusal(.notFound(excess: search.excess), of: problem) }
    let (paths, orders) = search.result(until: grace)
    let routes = problem.origins.indices.map {
      model.route(of: $0, over: paths[$0 * model.length..<($0 + 1) * model.length])
    }
    return (routes, orders, search.value, search.moves, goesOn)
  }

  private var isTimed: Bool { options.iterations == nil }

  /// Finds routes that keep all limits, or a proof that there are none, where the problem is small enough.
  private func decide(_ model: RoutingModel, for search: RouteSearch) throws(RoutingRefusal) {
    switch VisitSearch(model).run() {
    case .found(let paths): search.start(from: paths)
    case .none: throw model.refusal(.noRoutes)
    case .open: break
    }
  }
}

/// A problem with the routes chosen for it, and its orders.
public struct RoutingResult: Hashable, Sendable {
  /// The problem; it states its routes, and its rules where it has any.
  public var problem: Problem
  /// The orders with their certificate, which holds whatever the routes.
  public var search: SearchResult
}
