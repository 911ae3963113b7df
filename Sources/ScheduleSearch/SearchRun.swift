import PipelineModel

/// What a search knows at a moment: its best orders, its bound, and how long it may go on. Its phases are extensions.
struct SearchRun<Space: SearchSpace> {
  /// The problem that the bound speaks of; the space's own may leave out what the options exclude.
  let problem: Problem
  let space: Space
  let options: SearchOptions
  /// When all has to end.
  let deadline: Deadline
  /// When moves have to end: before the deadline where something is to follow them.
  var lastMoves: Deadline
  /// Whether the bound is given and not to be raised.
  let isBoundKnown: Bool
  var bound: LowerBound
  let workers: ChainPool<Worker>
  var portfolio = Portfolio<Space.Plan>()
  /// Given orders whose pairs the space cannot tell, with their value in the problem's time unit.
  var untold: (orders: Orders, value: Double)?
  /// The best greedy rules of different values whose parameters can be changed, best first, with their values in grid
  /// steps.
  var bestRules: [(rule: Int, value: Double)] = []
  /// The best parameters of greedy runs, best first; of a shorter problem until those of this one are searched.
  var bestParameters: [Space.Parameters] = []
  /// What every further microbatch adds to the best orders, where a stretch of them was repeated, in the problem's
  /// time unit.
  var slopePerMicrobatch: Double?
  /// The moves tried on other problems.
  var otherMoves = 0
  /// The bound that is worked out beside other phases; `nil` before and after.
  var pending: PendingBound?
  /// That of a larger problem of which this is a part.
  var pendingOutside: PendingBound?
  /// The best value when work on the first bound began, in the problem's time unit.
  var valueAtBound = Double.infinity
  /// Whether time is left for another bound behind the moves.
  var hasLastBound = false
  /// Whether chains have taken their places.
  var hasBegun = false
  /// What the search is doing.
  private var phase = SearchProgress.Phase.construction
  /// Whether nobody has ended the search.
  private(set) var goesOn = true
  let progress: (SearchProgress) -> Bool
  let begin: ContinuousClock.Instant

  /// A chain and what it builds orders with.
  final class Worker {
    let chain: Space.Improver
    var builder: Space.Builder

    init(_ space: Space, index: Int) {
      chain = space.makeChain(index)
      builder = space.makeBuilder()
    }
  }

  init(
    _ problem: Problem, in space: Space, options: SearchOptions, bound: LowerBound, isBoundKnown: Bool,
    since begin: ContinuousClock.Instant, until deadline: Deadline,
    progress: @escaping (SearchProgress) -> Bool
  ) {
    self.problem = problem
    self.space = space
    self.options = options
    self.deadline = deadline
    lastMoves = deadline
    self.bound = bound
    self.isBoundKnown = isBoundKnown
    self.begin = begin
    self.progress = progress
    workers = ChainPool(count: max(1, options.threads)) { Worker(space, index: $0) }
    setFloors()
  }

  /// The value of the best orders, in the problem's time unit.
  var value: Double {
    min(portfolio.best.map { space.grid.units($0.value) } ?? .infinity, untold?.value ?? .infinity)
  }
  /// The cores that nothing else uses.
  var cores: Int {
    [pending, pendingOutside].reduce(options.threads) { left, bound in
      guard let bound, bound.work.found == nil else { return left }
      return max(1, left - bound.threads)
    }
  }
  /// The moves tried.
  var moves: Int { workers.chains.reduce(otherMoves) { $0 + $1.chain.tried } }
  /// The moves left; `nil` where time ends the search.
  var movesLeft: Int? { options.iterations.map { max(0, $0 - moves) } }
  /// No orders are better, in grid steps: as chains are told.
  private var floor: Double { bound.value * space.grid.stepsPerUnit }
  /// Whether nothing is better.
  var isMet: Bool {
    portfolio.best.map { LowerBound.isMet(floor, by: $0.value) } ?? false
      || untold.map { LowerBound.isMet(bound.value, by: $0.value) } ?? false
  }
  /// Whether nothing more is to be tried.
  var isOver: Bool { !goesOn || isMet || lastMoves.hasPassed }

  /// Takes a better bound.
  mutating func raiseBound(to other: LowerBound) {
    guard other.value > bound.value else { return }
    bound = other
    setFloors()
  }

  private func setFloors() {
    for worker in workers.chains { worker.chain.floor = floor }
  }

  mutating func insert(_ candidate: Candidate<Space.Plan>) {
    portfolio.insert(candidate, hasPairs: space.hasPairs(candidate.plan))
  }

  /// Goes on to a phase, and tells the caller.
  mutating func enter(_ phase: SearchProgress.Phase) {
    self.phase = phase
    if value.isFinite { report() }
  }

  /// Tells the caller how far the search has come, who may end it.
  mutating func report() {
    takeBound()
    report(value: value, moves: moves)
  }

  mutating func report(value: Double, moves: Int) {
    guard goesOn else { return }
    goesOn = progress(
      SearchProgress(
        phase: phase, elapsed: ContinuousClock.now - begin, iterations: moves, value: value,
        lowerBound: bound.value))
  }

  /// The best orders with their bound.
  var result: SearchResult? {
    let plan = leastOfBest.map {
      (orders: space.orders(of: $0.plan), value: space.grid.units($0.value), modes: space.modes(of: $0.plan))
    }
    let untold = untold.map { (orders: $0.orders, value: $0.value, modes: problem.modes) }
    guard let best = [untold, plan].compactMap({ $0 }).min(by: { $0.value < $1.value }) else { return nil }
    return SearchResult(
      orders: best.orders, value: best.value, objective: options.objective, bound: bound, iterations: moves,
      modes: best.modes, slopePerMicrobatch: slopePerMicrobatch)
  }
}
