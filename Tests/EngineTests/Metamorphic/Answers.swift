import PipelineModel
import ScheduleSearch
import Timeline

/// What an engine says of a problem: what no schedule is below, and what it has a schedule for.
struct Answer {
  var bound: Double
  /// Infinite where the engine only bounds.
  var value = Double.infinity
  var orders: Orders?
}

/// An engine that may be asked about a problem.
struct Engine: Sendable, CustomStringConvertible {
  let description: String
  /// Whether its backward passes are whole.
  var isFused = false
  /// Asks; `nil` where the engine refuses the problem, as docs/refusals.md says, or takes too long for a test.
  let answer: @Sendable (Problem, Objective) throws -> Answer?

  static let all: [Engine] = [simpleBound, bestBound, search, fusedSearch, proof, fusedProof]

  private static let simpleBound = Engine(description: "simple bound") {
    Answer(bound: LowerBound.simple(for: $0, objective: $1).value)
  }

  private static let bestBound = Engine(description: "best bound") {
    Answer(bound: LowerBound.best(for: $0, objective: $1).value)
  }

  private static let search = Engine(description: "search") { try searched($0, $1, .auto) }

  private static let fusedSearch = Engine(description: "search, fused", isFused: true) {
    try searched($0, $1, .fused)
  }

  private static let proof = Engine(description: "search, proved") { try proved($0, $1, .auto) }

  private static let fusedProof = Engine(description: "search, fused, proved", isFused: true) {
    try proved($0, $1, .fused)
  }

  private static func proved(
    _ problem: Problem, _ objective: Objective, _ backward: SearchOptions.Backward
  ) throws -> Answer? {
    guard problem.visitCount <= 12, (try? Search.checkScope(of: problem, proving: true)) != nil else {
      return nil
    }
    let found = Search(
      problem, options: SearchOptions(objective: objective, backward: backward, iterations: 0)
    ).run()
    let result = ExactSearch(
      problem, objective: objective, incumbent: (found.orders, found.value),
      lowerBound: .simple(
        for: problem, objective: objective, scope: backward == .fused ? .fused : .all)
    ).run(nodeLimit: 12)
    return Answer(bound: result.lowerBound, value: result.value, orders: result.orders)
  }

  private static func searched(
    _ problem: Problem, _ objective: Objective, _ backward: SearchOptions.Backward
  ) throws -> Answer? {
    guard (try? Search.checkScope(of: problem)) != nil else { return nil }
    let options = SearchOptions(objective: objective, backward: backward, iterations: 120, seed: 5)
    let result = Search(problem, options: options).run()
    return Answer(bound: result.bound.value, value: result.value, orders: result.orders)
  }
}
