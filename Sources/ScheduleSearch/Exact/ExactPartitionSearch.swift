import PipelineModel

/// What an exact search over partitions, modes and orders found and proved.
public struct ExactPartitionResult: Sendable {
  /// The problem of the best stages, in the best modes.
  public var problem: Problem
  /// The best known orders in them.
  public var orders: Orders
  /// Their makespan or period, in the problem's time unit.
  public var value: Double
  /// No schedule is shorter, in the problem's time unit: of any partition or, for one partition, of that.
  public var lowerBound: Double
  /// The partitions that were gone through.
  public var partitions: Int

  /// Joins a problem to what was found in it and proved of it.
  public init(problem: Problem, orders: Orders, value: Double, lowerBound: Double, partitions: Int = 1) {
    self.problem = problem
    self.orders = orders
    self.value = value
    self.lowerBound = lowerBound
    self.partitions = partitions
  }

  /// The result without its problem, its nodes the partitions gone through.
  public func result(of objective: Objective, scope: Certificate.Scope) -> ExactResult {
    ExactResult(
      orders: orders, value: value, lowerBound: lowerBound, objective: objective, scope: scope,
      nodes: partitions)
  }
}

/// Proves a partition best over all partitions, modes and orders, or finds the best one: partitions in the order of their
/// bounds, each by an exact search of its own, until the next bound reaches the best value.
public struct ExactPartitionSearch {
  private let problem: PartitionProblem
  private let known: PartitionResult

  /// Prepares a search.
  ///
  /// - Parameter known: what a search found.
  public init(_ problem: PartitionProblem, known: PartitionResult) {
    self.problem = problem
    self.known = known
  }

  /// Searches until all partitions are proved no better than the best, or the deadline passes.
  ///
  /// - Parameter prove: an exact search of one partition; `nil` leaves it unproved.
  public func run(
    until deadline: Deadline = .never, prove: (Problem) throws -> ExactPartitionResult?
  ) rethrows -> ExactPartitionResult {
    var best = ExactPartitionResult(
      problem: known.search.schedule(of: known.problem).problem, orders: known.search.orders,
      value: known.search.value, lowerBound: known.search.bound.value, partitions: 0)
    guard let open = known.open else { return best }
    var (least, count) = (Double.infinity, 0)
    for (counts, bound) in open where !LowerBound.isMet(bound, by: best.value) {
      guard !deadline.hasPassed, let closed = try? problem.cut(counts), let found = try prove(closed) else {
        least = min(least, bound)
        continue
      }
      count += 1
      least = min(least, max(bound, found.lowerBound))
      if found.value < best.value { best = found }
    }
    best.lowerBound = max(known.search.bound.value, min(least, best.value))
    best.partitions = count
    return best
  }
}
