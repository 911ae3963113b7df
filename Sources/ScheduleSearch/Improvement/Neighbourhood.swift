/// The random changes that annealing makes to a plan, each timed by an evaluator and kept or taken back.
protocol Neighbourhood: ~Copyable {
  /// What is changed: orders, or routes.
  associatedtype Plan

  /// The present plan; told only where it is kept, as it may have to be copied.
  var plan: Plan { get }
  /// What the present plan is worth.
  var score: Score { get }

  /// Goes on from a plan; tells whether it can run within the limits that are never broken.
  mutating func start(from candidate: Candidate<Plan>) -> Bool
  /// Tries a change at random and tells whether it was kept.
  ///
  /// - Parameter heat: how much worse the plan may become on average, in units of the neighbourhood's own.
  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool
  /// Makes the most of a plan before it is told.
  mutating func settle()
}

extension Neighbourhood where Self: ~Copyable {
  /// Most plans are told as they are.
  mutating func settle() {}
}
