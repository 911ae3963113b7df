import PipelineModel

extension ModeSets {
  /// What takes no time to prove of all choices within the sets: that of the least of the modes, and the knapsack.
  func simpleBound(for problem: Problem, objective: Objective, scope: Certificate.Scope) -> LowerBound {
    var best = LowerBound.nothing
    best.scope = scope
    func take(_ bound: LowerBound) {
      guard bound.value > best.value else { return }
      best = bound
      best.scope = scope
    }
    if let least = problem.withLeastModes(of: self) {
      let simple = LowerBound.simple(for: least, objective: objective, scope: scope)
      take(LowerBound(value: simple.value, argument: .leastModes(simple)))
    }
    if let alone = try? problem.withoutOverlap(), let knapsack = ModeKnapsack(alone, self, objective, scope) {
      take(knapsack.bound)
    }
    return best
  }
}
