import PipelineModel
import Timeline

/// Finds the orders with the least makespan or period within every device's memory limit.
///
/// A family of greedy rules gives first orders, named families may give more (`starts`); the best are improved by
/// two chains of moves side by side. The search ends when the value meets the lower bound, the limit of time or
/// moves is reached, or the caller says so. There always is an answer: a problem whose every device holds one
/// microbatch, which `Problem` guarantees, can at least run one after the other. docs/search.md explains.
public struct Search {
  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]
  /// The bound to stop at; where the caller gives none, it is raised on the way.
  private let known: Double?

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - starts: orders to begin with, such as those of named families; those that cannot run, exceed a memory
  ///     limit or split what is to be fused are left out. The result is never worse than any other.
  ///   - lowerBound: a proved lower bound on the objective, in the problem's time unit, at which to stop; where
  ///     left out, the best bound is worked out as soon as there is a schedule to compare it with.
  public init(
    _ problem: Problem, options: SearchOptions = SearchOptions(), starts: [Orders] = [],
    lowerBound: Double? = nil
  ) {
    self.problem = problem
    self.options = options
    self.starts = starts
    known = lowerBound
  }

  /// Whether a problem can be searched on.
  ///
  /// - Parameter proving: whether an exact search is to follow.
  /// - Throws: `SearchError` where microbatches are pieces of sequences, or pairs overlap or messages wait for each
  ///   other in an exact search.
  public static func checkScope(of problem: Problem, proving: Bool = false) throws(SearchError) {
    guard problem.pieces == 1 else { throw .pieces(problem.pieces) }
    if proving, let overlap = problem.overlap {
      throw .provingOverlap(factor: overlap.forwardBackward)
    }
    if proving, let serialise = problem.communication.serialise { throw .provingSerialised(serialise) }
  }

  /// Searches.
  ///
  /// - Precondition: `checkScope(of:)` has no objection to the problem.
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: told a few times a second, on the calling thread; `false` ends the search.
  /// - Returns: the best orders found; at the same seed and `iterations` always the same.
  public func run(
    until deadline: Deadline = .never, progress: (SearchProgress) -> Bool = { _ in true }
  ) -> SearchResult {
    let begin = ContinuousClock.now
    let deadline = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
    if problem.overlap != nil || problem.communication.serialise != nil {
      return PairedSearch(problem, options: options, starts: starts, lowerBound: known).run(
        until: deadline, progress: progress)
    }
    let model = SearchModel(problem, fused: options.backward == .fused)
    var bound = options.firstBound(of: problem, known: known)
    var portfolio = Portfolio(
      model, objective: options.objective, floor: bound.value * model.grid.stepsPerUnit, seed: options.seed,
      isTimed: options.iterations == nil, deadline: deadline)
    func value() -> Double { model.grid.units(portfolio.best.value) }
    func raiseBound(until deadline: Deadline) {
      guard known == nil, !portfolio.isMet else { return }
      let raised = LowerBound.best(
        for: problem, objective: options.objective, scope: options.scope, until: value(), deadline: deadline)
      if raised.value > bound.value { bound = raised }
      portfolio.raiseFloor(to: bound.value * model.grid.stepsPerUnit)
    }
    func report(_ value: Double, _ moves: Int) -> Bool {
      progress(
        SearchProgress(
          elapsed: ContinuousClock.now - begin, iterations: moves, value: value, lowerBound: bound.value))
    }
    portfolio.consider(starts)
    portfolio.construct()
    let first = value()
    let raising = ContinuousClock.now
    raiseBound(until: deadline.share(0.5))
    let hasReserve = portfolio.reserve(ContinuousClock.now - raising)
    var goesOn = report(first, portfolio.moves)
    if goesOn {
      portfolio.compose(moves: options.iterations) { moves in
        goesOn = report(first, moves)
        return goesOn
      }
    }
    while goesOn, report(value(), portfolio.moves), !portfolio.isDone,
      portfolio.moves < options.iterations ?? .max
    {
      portfolio.improve(moves: options.iterations.map { $0 - portfolio.moves })
    }
    // A shorter schedule is a smaller length to refute.
    if value() < first, hasReserve { raiseBound(until: deadline) }
    return SearchResult(
      orders: model.orders(of: portfolio.best.nodeOrder), value: value(), objective: options.objective,
      bound: bound, iterations: portfolio.moves)
  }
}
