import PipelineModel

extension RandomProblem {
  /// A random problem laid out by `arrange`, with even counts, and then with stages that all differ.
  ///
  /// - Parameter arrange: lays out a sequential problem; it may leave it as it is.
  public func problem(
    using random: inout SeededGenerator, evenCounts: Bool, arrange: (Problem) throws -> Problem
  ) throws -> Problem {
    var shape = self
    if evenCounts {
      let devices = 2 * Int.random(in: 1...max(1, self.devices.upperBound / 2), using: &random)
      let microbatches = 2 * Int.random(in: 1...max(1, self.microbatches.upperBound / 2), using: &random)
      shape = sized(devices: devices...devices, microbatches: microbatches...microbatches)
    }
    let problem = try arrange(shape.problem(using: &random))
    var parts = ProblemParts(of: problem)
    parts.stages = parts.stages.map { $0.withDurations { _ in random.decimal(in: 0...9) } }
    return try parts.problem()
  }
}
