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
  /// The cycles since the chain's present best plan was found.
  private var idle = 0
  /// The best plan, also of starts that the chain has forgotten.
  private(set) var best: Candidate<RoutePlan>

  /// Prepares the chain of a number: every second one starts anew.
  init(_ moves: consuming RouteMoves, floor: Double, seed: UInt64, index: Int) {
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
}
