import PipelineModel

extension IncrementalTimer {
  /// Whether the timer knows all that a problem asks for; what it does not know is timed by the sweeping kernel.
  ///
  /// A new feature of problems that changes times, or what may follow what, belongs here until the timer knows it.
  static func knows(_ problem: Problem) -> Bool {
    problem.overlap == nil && problem.communication.serialise == nil && problem.pieces == 1
  }
}
