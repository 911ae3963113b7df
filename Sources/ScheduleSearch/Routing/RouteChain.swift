/// A chain of annealing over routes, with the best plan it ever found.
///
/// Some chains go on from the best plan in longer and longer cycles; others forget a plan that they cannot improve on, and
/// start from other routes, in cycles that stay short. Of these starts every second one lets work depart from the rule of
/// dispatch: some routes are only good in other turns, and with many microbatches turns besides are too much for short
/// cycles.
final class RouteChain {
  let chain: AnnealingChain<RouteMoves>
  private let startsAnew: Bool
  private var random: FastRandom
  /// `nil` before routes keep all limits, and where nothing is known of what paths claim.
  private var neighbourhood: LargeNeighbourhood?
  private var isPrepared = false
  private let number: (seed: UInt64, index: Int)
  /// The cycles since the chain's present best plan was found.
  private var idle = 0
  /// What large neighbourhoods have taken so far, in moves.
  private var explored = 0
  /// The share of their time that large neighbourhoods get: less after moves that found something, and more after others.
  private var patience = 1.0
  /// The best plan, also of starts that the chain has forgotten.
  private(set) var best: Candidate<RoutePlan>

  /// Prepares the chain of a number: every second one starts anew.
  init(_ moves: consuming RouteMoves, floor: Double, seed: UInt64, index: Int) {
    number = (seed, index)
    startsAnew = !index.isMultiple(of: 2)
    var moves = moves
    moves.mayDelay = !startsAnew
    chain = AnnealingChain(
      moves, cooling: .routes(startsAnew: startsAnew),
      random: FastRandom(seed: seed, chain: index, for: .operations))
    chain.floor = floor
    best = chain.best
    random = FastRandom(seed: seed, chain: index, for: .routes)
  }

  /// The moves tried so far.
  var moves: Int { chain.tried + explored }
  /// No schedule is shorter, as far as large neighbourhoods have told.
  var lowerBound: Double { neighbourhood?.lowerBound ?? 0 }

  /// Whether nothing better can be found.
  var isDone: Bool { best.score.excess == 0 && LowerBound.isMet(chain.floor, by: best.value) }

  /// Tries so many moves: one cycle, or as many short ones.
  ///
  /// - Parameter shared: where to go on instead of the chain's own best plan.
  func improve(moves count: Int, from shared: Candidate<RoutePlan>?, until deadline: Deadline) {
    chain.annealer.neighbourhood.deadline = deadline
    let last = chain.tried + count
    repeat {
      if startsAnew, idle >= Effort.idleRouteCycles, chain.best.score.excess == 0 {
        idle = 0
        chain.annealer.neighbourhood.mayDelay.toggle()
        chain.begin(from: Candidate(chain.annealer.neighbourhood.anew(&random)))
      }
      let before = chain.best.score
      let left = last - chain.tried
      chain.annealer.beginCycle(from: startsAnew ? chain.best : shared ?? chain.best, atMost: left)
      chain.annealer.improve(moves: min(left, chain.annealer.cooling.length), until: deadline)
      idle = chain.best.score.isBetter(than: before) ? 0 : idle + 1
      if chain.best.score.isBetter(than: best.score) { best = chain.best }
    } while startsAnew && chain.tried < last && !isDone && !deadline.hasPassed
  }

  /// Goes on from a plan and forgets others.
  func begin(from candidate: Candidate<RoutePlan>) {
    chain.begin(from: candidate)
    if chain.best.score.isBetter(than: best.score) { best = chain.best }
  }

  /// Looks for what is shorter than the chain's best plan, or than other routes where these are shorter, in large
  /// neighbourhoods.
  ///
  /// - Parameters:
  ///   - known: routes and their makespan.
  ///   - model: what bounds know of the problem.
  ///   - moves: it takes as long as so many moves at most, and less where a neighbourhood holds little of the batch.
  func explore(
    _ known: (paths: [Int32], value: Double), of model: RoutingModel, moves: Int, until deadline: Deadline
  ) -> RoutedOrders? {
    let isBetter = best.value < known.value
    patience = isBetter ? max(Effort.leastPatience, patience / 2) : min(1, 2 * patience)
    let known = isBetter ? (best.plan.paths, best.value) : known
    let most = Effort.movesOfNeighbourhoods(share: 1, microbatches: model.microbatchCount)
    guard moves > 0, most >= Effort.leastNeighbourhoods, known.1.isFinite else { return nil }
    if !isPrepared {
      isPrepared = true
      neighbourhood = LargeNeighbourhood(model, below: known.1, seed: number.seed, chain: number.index)
    }
    guard let neighbourhood else { return nil }
    let share =
      patience
      * Effort.movesOfNeighbourhoods(share: neighbourhood.share, microbatches: model.microbatchCount)
    let tried = share * Double(moves)
    explored += Int(tried)
    let work = tried * Double(chain.annealer.neighbourhood.simulator.steps.count * Effort.workPerStep)
    return neighbourhood.improve(known.0, below: known.1, work: Int(work), until: deadline)
  }
}
