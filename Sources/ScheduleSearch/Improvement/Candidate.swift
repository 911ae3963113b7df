/// What a plan is worth.
struct Score: Hashable, Sendable {
  /// By how much limits are broken, where a neighbourhood lets them be for a while.
  var excess = 0
  /// The length to be made short; infinite while limits are broken or where devices wait for each other for ever.
  var value = Double.infinity

  /// Worse than any plan's.
  static let none = Score(excess: .max)

  /// Whether it is better by more than rounding.
  @inline(__always)
  func isBetter(than other: Score) -> Bool {
    excess == other.excess ? value < other.value * (1 - 1e-12) : excess < other.excess
  }
}

/// A plan and what it is worth.
struct Candidate<Plan> {
  var plan: Plan
  var score: Score

  /// Joins the two; a plan is worth nothing until it is timed.
  init(_ plan: Plan, score: Score = .none) {
    self.plan = plan
    self.score = score
  }

  /// The length to be made short.
  var value: Double { score.value }
}

extension Candidate: Sendable where Plan: Sendable {}
