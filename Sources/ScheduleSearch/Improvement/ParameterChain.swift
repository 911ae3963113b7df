/// A chain that changes what greedy runs go by, as a search sees it, whatever its own form of parameters is.
final class ParameterChain<Parameters> {
  /// No plan is better: reaching it ends the work.
  let setFloor: (Double) -> Void
  /// Goes on from parameters.
  let begin: (Parameters) -> Void
  /// Tries runs until so many were tried, the deadline has passed or the floor is met.
  let improve: (_ runs: Int, _ deadline: Deadline) -> Void
  /// The runs tried.
  var tried: Int { countOfTried() }
  /// The best parameters since work began.
  var best: Candidate<Parameters> { bestOfAll() }

  private let countOfTried: () -> Int
  private let bestOfAll: () -> Candidate<Parameters>

  /// Wraps a chain.
  ///
  /// - Parameters:
  ///   - told: its form of parameters in that of the search.
  ///   - own: the other way round; `nil` for what the chain cannot change.
  init<Base: Chain>(
    _ base: Base, told: @escaping (Base.Plan) -> Parameters, own: @escaping (Parameters) -> Base.Plan?
  ) {
    setFloor = { base.floor = $0 }
    begin = { own($0).map { base.begin(from: Candidate($0)) } }
    improve = { base.improve(moves: $0, until: $1) }
    countOfTried = { base.tried }
    bestOfAll = { Candidate(told(base.best.plan), score: base.best.score) }
  }
}
