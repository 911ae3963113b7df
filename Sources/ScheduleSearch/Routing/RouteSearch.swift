import PipelineModel

/// Chains of annealing over routes, which meet from time to time.
struct RouteSearch {
  /// How much work that lanes have already counts against them in a chain's first routes, chain by chain.
  private static let spreads = [0.5, 0.0, 0.25, 1.0]

  private let model: RoutingModel
  /// What bounds know of the problem; `nil` where large neighbourhoods are not searched.
  private let shrunk: RoutingModel?
  private let pool: ChainPool<RouteChain>
  private let deadline: Deadline
  /// The rounds of annealing so far: cycles of the chains that go on from the best plan.
  private(set) var rounds = 0
  /// What was found in large neighbourhoods and is shorter than any plan's dispatch was at the time.
  private var found: RoutedOrders?

  /// Prepares chains; `nil` when an origin has no route at all.
  init?(_ model: RoutingModel, floor: Double, options: SearchOptions, deadline: Deadline) {
    self.model = model
    let isForMakespan = !options.objective.countsFromOwnStart
    shrunk =
      isForMakespan && model.ground.pieces == 1
      ? RoutingModel(model.problem, fused: model.isFused, shrunk: true) : nil
    self.deadline = deadline
    pool = ChainPool(count: max(1, options.threads)) { index in
      let spread = Self.spreads[index % Self.spreads.count]
      guard let moves = RouteMoves(model, objective: options.objective, spread: spread, until: deadline)
      else { return nil }
      return RouteChain(moves, floor: floor, seed: options.seed, index: index)
    }
    if pool.chains.isEmpty { return nil }
  }

  private var best: Candidate<RoutePlan> { leader.best }
  /// The chain with the best plan, the first of equal ones.
  private var leader: RouteChain {
    pool.chains.dropFirst().reduce(pool.chains[0]) { $1.best.score.isBetter(than: $0.best.score) ? $1 : $0 }
  }
  /// What was found in large neighbourhoods where no plan is as short.
  private var shorter: RoutedOrders? { found.flatMap { $0.value < best.value ? $0 : nil } }
  /// The shortest routes known, with their makespan: infinite while they break limits.
  private var shortest: (paths: [Int32], value: Double) {
    shorter.map { ($0.paths, $0.value) } ?? (best.plan.paths, best.value)
  }
  /// The least makespan known; infinite while limits are broken.
  var value: Double { shortest.value }
  /// By how many visits the best routes break limits.
  var excess: Int { best.score.excess }
  /// No schedule is shorter, as far as neighbourhoods that hold all have told.
  var lowerBound: Double { pool.chains.reduce(0) { max($0, $1.lowerBound) } }
  /// The moves tried by all chains.
  var moves: Int { pool.chains.reduce(0) { $0 + $1.moves } }
  private var isMet: Bool {
    model.length == 0 || pool.chains.contains { $0.isDone || LowerBound.isMet($0.chain.floor, by: value) }
      || value.isFinite && LowerBound.isMet(lowerBound, by: value)
  }
  var isDone: Bool { isMet || deadline.hasPassed }

  /// Whether there are no routes yet that keep all limits, and there may be some: the first ones are looked for
  /// however short the time is.
  var isLost: Bool { model.length > 0 && excess > 0 && moves < Effort.mostLostMoves }

  /// One round in every chain: annealing, then large neighbourhoods of the shortest routes known.
  mutating func improve(moves limit: Int?, until deadline: Deadline) {
    let shared = rounds % Effort.cyclesPerMeeting == Effort.cyclesPerMeeting - 1 ? best : nil
    let length = isLost ? Effort.lostCycleLength : Cooling.routeLength(ofRound: rounds)
    let outcomes = pool.map { [pool, shortest, shrunk] chain, index in
      let share = limit.map { pool.share(of: $0, for: index) } ?? .max
      let before = chain.moves
      chain.improve(moves: max(1, min(length, share)), from: shared, until: deadline)
      let tried = chain.moves - before
      return shrunk.flatMap {
        chain.explore(shortest, of: $0, moves: min(tried, share - tried), until: deadline)
      }
    }
    for outcome in outcomes.compactMap(\.self) where outcome.value < value { found = outcome }
    rounds += 1
  }

  /// Takes a better bound: a plan that meets it ends the search.
  func raiseFloor(to value: Double) {
    for chain in pool.chains { chain.chain.floor = value }
  }

  /// Goes on from paths that keep all limits.
  func start(from paths: [Int32]) {
    for chain in pool.chains {
      chain.begin(from: Candidate(RoutePlan(paths: paths, rule: chain.best.plan.rule)))
    }
  }

  /// The shortest routes with their orders; none where the deadline passes first.
  func result(until deadline: Deadline) -> (paths: [Int32], orders: Orders?) {
    if let shorter { return (shorter.paths, shorter.orders) }
    let leader = leader
    return (best.plan.paths, leader.chain.annealer.neighbourhood.orders(of: leader.best, until: deadline))
  }
}
