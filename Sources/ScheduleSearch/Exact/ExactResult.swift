import PipelineModel

/// How far an exact search has come.
public struct ExactProgress: Hashable, Sendable {
  /// Since the search began.
  public var elapsed: Duration
  /// The nodes looked at.
  public var nodes: Int
  /// The best value so far, in the problem's time unit.
  public var value: Double
  /// No schedule is shorter, in the problem's time unit.
  public var lowerBound: Double
}

/// What an exact search found and proved.
public struct ExactResult: Hashable, Sendable {
  /// The best known orders.
  public var orders: Orders
  /// Their makespan or period, in the problem's time unit.
  public var value: Double
  /// No schedule of the scope is shorter, in the problem's time unit; never below the bound that was given.
  public var lowerBound: Double
  /// The figure that is bounded.
  public var objective: Objective
  /// The schedules that are bounded.
  public var scope: Certificate.Scope
  /// The nodes looked at: sets of orders, each refuted, split or found to hold a shorter schedule.
  public var nodes: Int
  /// Whether the value meets the bound, but for rounding.
  public var isProved: Bool { Certificate.isMet(lowerBound, by: value) }

  /// How far from the best possible the orders are at most.
  ///
  /// - Throws: `BoundContradiction` where the bound cannot hold.
  public func certificate() throws(BoundContradiction) -> Certificate {
    try Certificate(objective: objective, scope: scope, lowerBound: lowerBound, value: value)
  }
}
