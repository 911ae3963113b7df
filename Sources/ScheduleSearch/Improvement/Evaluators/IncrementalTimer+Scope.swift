import PipelineModel

extension IncrementalTimer {
  /// Whether the timer knows all that a problem asks for; what it does not know is timed by the sweeping kernel.
  ///
  /// A new feature of problems that changes times, or what may follow what, belongs here until the timer knows it.
  static func knows(_ problem: Problem, _ options: SearchOptions) -> Bool {
    guard problem.overlap == nil, problem.communication.serialise == nil, problem.pieces == 1 else {
      return false
    }
    guard !problem.hasReloads else { return false }
    if !problem.handovers.isEmpty, options.objective.countsFromOwnStart { return false }
    // Which operations of a stage are first and last is known beforehand only among equal microbatches.
    if problem.stages.contains(where: \.hasEndDurations), problem.classRepresentatives.count > 1 {
      return false
    }
    // With a gap between them, `B` and `W` take longer than a `BW`, and both have to be tried.
    if options.backward == .auto, problem.gainsFromWholeBackward { return false }
    return problem.barrier == .none || !options.objective.countsFromOwnStart
  }
}

extension Problem {
  /// Whether a `BW` may be shorter than its `B` and `W` side by side.
  var gainsFromWholeBackward: Bool {
    gap.backwardBackward > 0 && stages.contains(where: \.isSplit)
  }
}
