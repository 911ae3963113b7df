import PipelineModel
import Timeline

/// Proves a schedule best, or finds the best one, by branch and bound over orders.
///
/// A length just below the best known value is refuted as bounds are; where that fails, the orders are split by
/// the order of two operations on one device, and so on until every set of orders is refuted or holds a shorter
/// schedule. docs/proofs.md proves that nothing is missed. For small problems: a device whose prefix graph is
/// too large to hold all its operations, times off the decimal grid, pieces of sequences and tasks with a choice of devices
/// (`ExactTaskSearch`) are out of scope, and the search returns what it was given. What is offloaded counts as away and
/// back at once while orders are refuted, so that a schedule with hosts is proved where all others are too long even so,
/// and else by its bound alone. Pairs, messages that wait and what is handed over to the next iteration are decided at the
/// leaves of the tree. The sets of orders that wait take a gibibyte at most. It goes through the schedules that the given
/// bound speaks of: all, or the fused ones.
public struct ExactSearch {
  private let problem: Problem
  private let objective: Objective
  private let incumbent: (orders: Orders, value: Double)
  private let lowerBound: LowerBound
  private let backward: SearchOptions.Backward

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - incumbent: known orders that keep every memory limit, and their value in the problem's time unit.
  ///   - lowerBound: a proved bound on the objective; its scope is that of the search.
  ///   - backward: which backward passes the orders have to have. Where they are to be split, whole ones
  ///     that are shorter are no answer; the bound is one on both.
  public init(
    _ problem: Problem, objective: Objective, incumbent: (orders: Orders, value: Double),
    lowerBound: LowerBound, backward: SearchOptions.Backward = .auto
  ) {
    self.problem = problem
    self.objective = objective
    self.incumbent = incumbent
    self.lowerBound = lowerBound
    self.backward = backward
  }

  /// Searches until the best orders are proved best or a limit is reached; the same nodes in every run.
  ///
  /// - Parameters:
  ///   - timeLimit: looked at about a hundred times a second or more; none if `nil`.
  ///   - nodeLimit: the most nodes to look at; any number if `nil`.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  public func run(
    timeLimit: Duration? = nil, nodeLimit: Int? = nil, progress: (ExactProgress) -> Bool = { _ in true }
  ) -> ExactResult {
    if let idle = IdleBackward(problem, objective: objective, isFused: lowerBound.scope.isFused) {
      var result = ExactSearch(
        idle.forwardOnly, objective: objective,
        incumbent: (idle.reduced(incumbent.orders), incumbent.value), lowerBound: lowerBound,
        backward: backward
      ).run(timeLimit: timeLimit, nodeLimit: nodeLimit, progress: progress)
      result.orders = result.value < incumbent.value ? idle.completed(result.orders) : incumbent.orders
      return result
    }
    let begin = ContinuousClock.now
    var result = ExactResult(
      orders: incumbent.orders, value: incumbent.value, lowerBound: lowerBound.value, objective: objective,
      scope: lowerBound.scope, nodes: 0)
    guard result.value > result.lowerBound, !result.isProved, problem.pieces == 1,
      !problem.hasTaskChoice,
      problem.visitCount <= Self.mostVisits,
      var tree = tree(until: Deadline(at: timeLimit.map { begin + $0 }))
    else { return result }
    tree.nodeLimit = nodeLimit
    var told = begin
    func goesOn() -> Bool {
      let now = ContinuousClock.now
      if let timeLimit, now - begin >= timeLimit { return false }
      guard now - told >= .milliseconds(100) else { return true }
      told = now
      return progress(
        ExactProgress(
          elapsed: now - begin, nodes: result.nodes, value: result.value, lowerBound: result.lowerBound))
    }
    while !tree.isOver, !result.isProved, !tree.isSpent, goesOn() {
      let mayGoOn = tree.step(while: goesOn)
      result.nodes = tree.nodeCount
      (result.orders, result.value) = tree.best
      guard mayGoOn else { break }
    }
    if tree.isDone { result.lowerBound = tree.least }
    return result
  }

  /// The tree with all orders; `nil` for a problem out of scope, or when the deadline passes first.
  private func tree(until deadline: Deadline) -> ExactTree? {
    let table = OperationTable(problem, isFused: lowerBound.scope.isFused)
    guard let relaxation = try? Relaxation<PrefixGraph>(table, deadline: deadline),
      var tree = try? ExactTree(relaxation, objective: objective, scope: lowerBound.scope, best: incumbent)
    else { return nil }
    tree.mayJoin = backward != .split
    return tree
  }

  /// More visits are no small problem.
  private static let mostVisits = 10_000
}
