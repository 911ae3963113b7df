import PipelineModel

/// Chains of annealing over routes, which meet from time to time.
struct RouteSearch {
  /// How much work that lanes have already counts against them in a chain's first routes, chain by chain.
  private static let spreads = [0.5, 0.0, 0.25, 1.0]

  private let model: RoutingModel
  private let pool: ChainPool<RouteChain>
  private let deadline: Deadline
  /// The rounds of annealing so far: cycles of the chains that go on from the best plan.
  private(set) var rounds = 0

  /// Prepares chains; `nil` when an origin has no route at all.
  init?(_ model: RoutingModel, floor: Double, options: SearchOptions, deadline: Deadline) {
    self.model = model
    self.deadline = deadline
    pool = ChainPool(count: max(1, options.threads)) { index in
      let spread = Self.spreads[index % Self.spreads.count]
      guard let moves = RouteMoves(model, objective: options.objective, spread: spread, until: deadline)
      else { return nil }
      return RouteChain(moves, floor: floor, seed: options.seed, index: index)
    }
    if pool.chains.isEmpty { return nil }
  }

  var best: Candidate<RoutePlan> { leader.best }
  /// The chain with the best plan, the first of equal ones.
  private var leader: RouteChain {
    pool.chains.dropFirst().reduce(pool.chains[0]) { $1.best.score.isBetter(than: $0.best.score) ? $1 : $0 }
  }
  /// The moves tried by all chains.
  var moves: Int { pool.chains.reduce(0) { $0 + $1.chain.tried } }
  private var isMet: Bool { model.length == 0 || pool.chains.contains { $0.isDone } }
  var isDone: Bool { isMet || deadline.hasPassed }

  /// Whether there are no routes yet that keep all limits, and there may be some: the first ones are looked for
  /// however short the time is.
  var isLost: Bool { model.length > 0 && best.score.excess > 0 && moves < Effort.mostLostMoves }

  /// One round of annealing in every chain.
  mutating func improve(moves limit: Int?, until deadline: Deadline) {
    let shared = rounds % Effort.cyclesPerMeeting == Effort.cyclesPerMeeting - 1 ? best : nil
    let length = isLost ? Effort.lostCycleLength : Cooling.routeLength(ofRound: rounds)
    _ = pool.map { [pool] chain, index in
      let share = limit.map { pool.share(of: $0, for: index) } ?? .max
      chain.improve(moves: max(1, min(length, share)), from: shared, until: deadline)
    }
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

  /// The best plan's orders; `nil` where the deadline passes first.
  func orders(until deadline: Deadline) -> Orders? {
    let leader = leader
    return leader.chain.annealer.neighbourhood.orders(of: leader.best, until: deadline)
  }
}
