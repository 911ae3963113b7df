/// A proved lower bound on the objective, with the gap to it.
public struct Certificate: Hashable, Sendable {
  /// Which schedules of the problem a bound speaks of.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// All of them.
    case all
    /// Those whose backward passes are whole: every `BW` is one operation.
    case fused
  }

  /// The figure that is bounded.
  public var objective: Objective
  /// The schedules that are bounded.
  public var scope: Scope
  /// No schedule of the problem within the scope is shorter than this.
  public var lowerBound: Double
  /// (value - bound) / value, a fraction of one.
  public var gap: Double
  /// Whether the gap is zero: the schedule is proved to be best.
  public var optimal: Bool

  /// Joins a bound to the value that it bounds.
  ///
  /// - Throws: `BoundContradiction` where the bound lies above the value by more than rounding explains: then one of
  ///   the two is wrong, and nothing is proved.
  public init(
    objective: Objective, scope: Scope = .all, lowerBound: Double, value: Double
  ) throws(BoundContradiction) {
    guard lowerBound - value <= Self.rounding(of: value) else {
      throw BoundContradiction(objective: objective, lowerBound: lowerBound, value: value)
    }
    self.objective = objective
    self.scope = scope
    self.lowerBound = min(lowerBound, value)
    optimal = Self.isMet(lowerBound, by: value)
    gap = optimal ? 0 : (value - lowerBound) / value
  }

  /// Takes figures as a file states them.
  public init(
    objective: Objective, scope: Scope = .all, lowerBound: Double, gap: Double, optimal: Bool
  ) {
    self.objective = objective
    self.scope = scope
    self.lowerBound = lowerBound
    self.gap = gap
    self.optimal = optimal
  }

  /// Whether a value meets a bound, so that nothing is better: they differ by rounding at most.
  public static func isMet(_ lowerBound: Double, by value: Double) -> Bool {
    (value - lowerBound).magnitude <= rounding(of: value)
  }

  /// What rounding explains: sums of decimal durations differ in their last binary digits.
  private static func rounding(of value: Double) -> Double { Rounding.share * value }
}

/// A schedule shorter than a bound says that any can be: a defect of the program.
public struct BoundContradiction: Error, Hashable, Sendable {
  /// The figure that is bounded.
  public let objective: Objective
  /// The bound that cannot hold, in the problem's time unit.
  public let lowerBound: Double
  /// What a schedule takes, in the problem's time unit.
  public let value: Double

  /// Joins the two.
  package init(objective: Objective, lowerBound: Double, value: Double) {
    self.objective = objective
    self.lowerBound = lowerBound
    self.value = value
  }
}

extension BoundContradiction: CustomStringConvertible {
  /// Both figures in one line.
  public var description: String {
    "a schedule has a \(objective.rawValue) of \(value.plain), below its lower bound of \(lowerBound.plain)"
  }
}
