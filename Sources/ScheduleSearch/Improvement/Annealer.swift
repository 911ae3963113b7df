/// One worker of a search: improves a plan by simulated annealing.
///
/// It knows neither what a plan is nor how it is timed; specialised for a neighbourhood, it costs nothing beside it.
struct Annealer<Moves: Neighbourhood & ~Copyable>: ~Copyable {
  var neighbourhood: Moves
  /// No plan is better: reaching it ends the work.
  var floor = 0.0
  private var random: FastRandom
  private(set) var cooling: Cooling
  /// The best plan since work began.
  private(set) var best: Candidate<Moves.Plan>
  /// The moves tried.
  private(set) var tried = 0
  /// The moves kept.
  private(set) var kept = 0

  /// Begins with the plan that a neighbourhood holds.
  init(_ neighbourhood: consuming Moves, cooling: Cooling, random: FastRandom) {
    best = Candidate(neighbourhood.plan, score: neighbourhood.score)
    self.neighbourhood = neighbourhood
    self.cooling = cooling
    self.random = random
  }

  /// Whether nothing better can be found.
  var isDone: Bool { best.score.excess == 0 && LowerBound.isMet(floor, by: best.value) }

  /// A plan with its worth, and without memory of it; `nil` where it cannot run within the limits.
  mutating func evaluate(_ plan: Moves.Plan) -> Candidate<Moves.Plan>? {
    neighbourhood.start(from: Candidate(plan)) ? Candidate(plan, score: neighbourhood.score) : nil
  }

  /// Goes on from a plan and forgets others.
  mutating func begin(from candidate: Candidate<Moves.Plan>) {
    best = candidate
    goOn(from: candidate)
  }

  /// Begins a cycle from a plan.
  ///
  /// - Parameter most: the cycle ends with so many moves, cold, where it would be longer.
  mutating func beginCycle(from candidate: Candidate<Moves.Plan>, atMost most: Int) {
    cooling.restart(atMost: most)
    goOn(from: candidate)
  }

  private mutating func goOn(from candidate: Candidate<Moves.Plan>) {
    guard neighbourhood.start(from: candidate) else { return }
    if neighbourhood.score.isBetter(than: best.score) { keepBest() }
  }

  private mutating func keepBest() {
    best = Candidate(neighbourhood.plan, score: neighbourhood.score)
  }

  /// Tries moves until so many were tried, the deadline has passed or the floor is met.
  mutating func improve(moves count: Int, until deadline: Deadline) {
    let last = tried + count
    while tried < last, !isDone, !deadline.hasPassed {
      if cooling.isOver {
        cooling.restart()
        goOn(from: best)
      }
      let batch = min(cooling.grain, last - tried)
      let heat = cooling.heat
      for _ in 0..<batch where neighbourhood.tryMove(heat: heat, random: &random) {
        kept += 1
        if neighbourhood.score.isBetter(than: best.score) {
          neighbourhood.settle()
          keepBest()
        }
      }
      tried += batch
      cooling.advance(by: batch)
    }
  }
}
