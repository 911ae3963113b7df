import PipelineModel

extension IncrementalTimer {
  /// Whether the timer knows all that a problem asks for; what it does not know is timed by the sweeping kernel.
  ///
  /// A new feature of problems that changes times, or what may follow what, belongs here until the timer knows it.
  static func knows(_ problem: Problem, objective: Objective) -> Bool {
    guard problem.overlap == nil, problem.communication.serialise == nil, problem.pieces == 1 else {
      return false
    }
    // Which operations of a stage are first and last is known beforehand only among equal microbatches.
    let hasEnds = problem.stages.contains { $0.firstForward != nil || $0.lastBackward != nil }
    if hasEnds, problem.classRepresentatives.count > 1 { return false }
    return problem.barrier == .none || !objective.countsFromOwnStart
  }
}
