/// A problem as it is written with streams and tasks: a plain problem, the phases of its stages' passes and the tasks
/// beside them.
public struct StreamedProblem: Hashable, Sendable {
  /// The problem without tasks, in which a pass takes the time of all its phases.
  public let plain: Problem
  /// The names of the streams; the first is the compute stream. Never empty.
  public let streams: [String]
  /// The phases of each stage's passes.
  public let phases: [StagePhases]
  /// Named work outside the passes.
  public let tasks: [PipelineTask]

  /// Checks streams, phases and tasks against each other.
  ///
  /// - Throws: `ProblemError` naming the first key that cannot be.
  public init(
    _ plain: Problem, streams: [String], phases: [StagePhases], tasks: [PipelineTask]
  ) throws(ProblemError) {
    self.plain = plain
    self.streams = streams
    self.phases = phases
    self.tasks = tasks
    try ProblemRules.checkStreams(of: self)
  }

  /// The name of the stream of a single one.
  public static let computeStream = "compute"

  /// Whether a plain problem says it all.
  package var isPlain: Bool { streams.count == 1 && tasks.isEmpty && phases.allSatisfy(\.arePlain) }
}

extension StreamedProblem {
  /// The same streams and tasks over a plain problem that was changed.
  ///
  /// - Throws: `ProblemError` when the two do not fit.
  func changing(
    _ change: (Problem) throws(ProblemError) -> Problem
  ) throws(ProblemError) -> Problem {
    try StreamedProblem(try change(plain), streams: streams, phases: phases, tasks: tasks).lowered()
  }
}
