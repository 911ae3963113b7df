import PipelineModel

/// Chains of annealing over routes, which meet from time to time.
struct RouteSearch {
  /// How much work that lanes have already counts against them in a chain's first routes, chain by chain.
  private static let spreads = [0.5, 0.0, 0.25, 1.0]

  private let model: RoutingModel
  private let pool: ChainPool<AnnealingChain<RouteMoves>>
  private let deadline: Deadline
  /// The cycles of annealing so far.
  private(set) var cycles = 0

  /// Prepares chains; `nil` when an origin has no route at all.
  init?(_ model: RoutingModel, floor: Double, options: SearchOptions, deadline: Deadline) {
    self.model = model
    self.deadline = deadline
    pool = ChainPool(count: max(1, options.threads)) { index in
      let spread = Self.spreads[index % Self.spreads.count]
      guard
        let moves = RouteMoves(model, objective: options.objective, spread: spread, until: deadline)
      else { return nil }
      let random = FastRandom(seed: options.seed, chain: index, for: .operations)
      let chain = AnnealingChain(moves, cooling: .routes, random: random)
      chain.floor = floor
      return chain
    }
    if pool.chains.isEmpty { return nil }
  }

  var best: Candidate<RoutePlan> { leader.best }
  /// The chain with the best plan, the first of equal ones.
  private var leader: AnnealingChain<RouteMoves> {
    pool.chains.dropFirst().reduce(pool.chains[0]) { $1.best.score.isBetter(than: $0.best.score) ? $1 : $0 }
  }
  /// The moves tried by all chains.
  var moves: Int { pool.chains.reduce(0) { $0 + $1.tried } }
  private var isMet: Bool { model.length == 0 || pool.chains.contains { $0.annealer.isDone } }
  var isDone: Bool { isMet || deadline.hasPassed }

  /// Whether there are no routes yet that keep all limits, and there may be some: the first ones are looked for
  /// however short the time is.
  var isLost: Bool { model.length > 0 && best.score.excess > 0 && moves < Effort.mostLostMoves }

  /// One cycle of annealing in every chain.
  mutating func improve(moves limit: Int?, until deadline: Deadline) {
    let shared = cycles % Effort.cyclesPerMeeting == Effort.cyclesPerMeeting - 1 ? best : nil
    let isLost = isLost
    _ = pool.map { [pool] chain, index in
      let count = isLost ? Effort.lostCycleLength : limit.map { pool.share(of: $0, for: index) } ?? .max
      chain.annealer.neighbourhood.deadline = deadline
      chain.annealer.beginCycle(from: shared ?? chain.best, atMost: count)
      chain.annealer.improve(moves: min(count, chain.annealer.cooling.length), until: deadline)
    }
    cycles += 1
  }

  /// Takes a better bound: a plan that meets it ends the search.
  func raiseFloor(to value: Double) {
    for chain in pool.chains { chain.floor = value }
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
    return leader.annealer.neighbourhood.orders(of: leader.best, until: deadline)
  }
}
