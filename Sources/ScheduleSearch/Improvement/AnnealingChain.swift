/// A chain of moves of some kind, as a search sees it: what is changed, and not how.
protocol Chain: AnyObject {
  associatedtype Plan

  /// No plan is better: reaching it ends the work.
  var floor: Double { get set }
  /// The best plan since work began.
  var best: Candidate<Plan> { get }
  /// The moves tried.
  var tried: Int { get }

  func evaluate(_ plan: Plan) -> Candidate<Plan>?
  func begin(from candidate: Candidate<Plan>)
  func improve(moves count: Int, until deadline: Deadline)
}

/// An annealer at a place of its own, where one thread at a time works on it.
final class AnnealingChain<Moves: Neighbourhood & ~Copyable>: Chain {
  var annealer: Annealer<Moves>

  init(_ moves: consuming Moves, cooling: Cooling, random: FastRandom) {
    annealer = Annealer(moves, cooling: cooling, random: random)
  }

  var floor: Double {
    get { annealer.floor }
    set { annealer.floor = newValue }
  }
  var best: Candidate<Moves.Plan> { annealer.best }
  var tried: Int { annealer.tried }

  /// A plan with its worth; `nil` where it cannot run within the limits.
  func evaluate(_ plan: Moves.Plan) -> Candidate<Moves.Plan>? { annealer.evaluate(plan) }
  /// Goes on from a plan and forgets others.
  func begin(from candidate: Candidate<Moves.Plan>) { annealer.begin(from: candidate) }
  /// Tries moves until so many were tried, the deadline has passed or the floor is met.
  func improve(moves count: Int, until deadline: Deadline) {
    annealer.improve(moves: count, until: deadline)
  }
}
