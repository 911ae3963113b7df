import PipelineModel

/// What an exact search over modes and orders found and proved.
public struct ExactModeResult: Sendable {
  /// The best known modes.
  public var modes: ModeChoice
  /// The best known orders in them.
  public var orders: Orders
  /// Their makespan or period, in the problem's time unit.
  public var value: Double
  /// No schedule in any modes is shorter, in the problem's time unit.
  public var lowerBound: Double
  /// The choices of modes whose orders were gone through.
  public var choices: Int
  /// Whether the value meets the bound, but for rounding.
  public var isProved: Bool { Certificate.isMet(lowerBound, by: value) }
}

extension ExactModeResult {
  /// The result without its modes, its nodes the choices gone through.
  ///
  /// - Parameter bound: one that was known before, in the problem's time unit.
  public func result(
    of objective: Objective, scope: Certificate.Scope, atLeast bound: Double
  ) -> ExactResult {
    ExactResult(
      orders: orders, value: value, lowerBound: max(bound, lowerBound), objective: objective, scope: scope,
      nodes: choices)
  }
}

/// Proves a schedule best over all choices of modes and all orders, or finds the best one: choices in order of their
/// bounds, each by an exact search, until the next bound reaches the best value.
///
/// For small problems with one mode for each stage, or one name for all. Where modes may differ between microbatches, it
/// tells the bound alone.
public struct ExactModeSearch {
  private let problem: Problem
  private let objective: Objective
  private let scope: Certificate.Scope
  private let backward: SearchOptions.Backward
  private let incumbent: (orders: Orders, value: Double)

  /// More choices than these are not gone through: the bound is kept.
  public static let mostChoices = 20_000

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - problem: in the modes of the incumbent.
  ///   - incumbent: known orders that keep every memory limit, and their value in the problem's time unit.
  ///   - scope: the schedules to go through.
  ///   - backward: which backward passes the orders have to have.
  public init(
    _ problem: Problem, objective: Objective, scope: Certificate.Scope = .all,
    backward: SearchOptions.Backward = .auto, incumbent: (orders: Orders, value: Double)
  ) {
    self.problem = problem
    self.objective = objective
    self.scope = scope
    self.backward = backward
    self.incumbent = incumbent
  }

  /// Searches until all choices are proved no better than the best, or a limit is reached.
  ///
  /// - Parameters:
  ///   - first: known orders of a problem with given modes and their value: where an exact search of them begins. `nil`
  ///     leaves the choice unproved.
  ///   - nodeLimit: the most nodes of each exact search.
  public func run(
    until deadline: Deadline = .never, nodeLimit: Int? = nil, threads: Int = 1,
    first: (Problem) -> (orders: Orders, value: Double)?
  ) -> ExactModeResult {
    var result = ExactModeResult(
      modes: problem.modes, orders: incumbent.orders, value: incumbent.value, lowerBound: 0, choices: 0)
    var tree = ModeBound(
      problem, objective: objective, scope: scope, until: incumbent.value, incumbent: problem.modes,
      threads: threads)
    let bound = tree.close(until: deadline, atMost: Self.mostChoices) { choice in
      guard let given = problem.inModes(choice.modes), let start = first(given) else { return nil }
      result.choices += 1
      // What is no better than the best of other choices is not looked for.
      let goal = (orders: start.orders, value: min(start.value, result.value))
      let found = ExactSearch(
        given, objective: objective, incumbent: goal, lowerBound: choice.bound, backward: backward
      )
      .run(timeLimit: deadline.timeLeft, nodeLimit: nodeLimit)
      if found.value < result.value {
        result.modes = ModeChoice(choice.modes, microbatchCount: problem.microbatchCount)
        (result.orders, result.value) = (found.orders, found.value)
      }
      return (found.value, found.lowerBound)
    }
    result.lowerBound = bound.value
    return result
  }
}
