/// A problem as it is written with streams and tasks: a plain problem, the phases of its stages' passes and the tasks
/// beside them.
public struct StreamedProblem: Hashable, Sendable {
  /// The problem without tasks, in which a pass takes the time of all its phases.
  public let plain: Problem
  /// The names of the streams; the first is the compute stream. Never empty.
  public private(set) var streams: [String]
  /// The phases of each stage's passes.
  public let phases: [StagePhases]
  /// Named work outside the passes.
  public let tasks: [PipelineTask]
  /// Where tasks run at present that may run on several devices.
  package var taskHosts: TaskHosts
  /// Whether such tasks may still run on others.
  package var isTaskChoice = true

  /// Checks streams, phases and tasks against each other.
  ///
  /// - Parameter taskHosts: where tasks run that may run on several devices; dealt out where they are left out or do not fit.
  /// - Throws: `ProblemError` naming the first key that cannot be.
  package init(
    _ plain: Problem, streams: [String], phases: [StagePhases], tasks: [PipelineTask],
    taskHosts: TaskHosts? = nil
  ) throws(ProblemError) {
    self.plain = plain
    self.streams = streams
    self.phases = phases
    self.tasks = tasks
    self.taskHosts = TaskHosts(devices: [])
    if !isPlain { self.streams = Self.streams(streams, over: plain) }
    try ProblemRules.checkStreams(of: self)
    let given = taskHosts.flatMap { $0.fit(tasks, over: plain) ? $0 : nil }
    self.taskHosts = given ?? TaskHosts(dealing: tasks, over: plain, speed: speed(of:on:))
  }

  /// Checks streams, phases and tasks against each other.
  ///
  /// - Throws: `ProblemError` naming the first key that cannot be.
  public init(
    _ plain: Problem, streams: [String], phases: [StagePhases], tasks: [PipelineTask]
  ) throws(ProblemError) {
    try self.init(plain, streams: streams, phases: phases, tasks: tasks, taskHosts: nil)
  }

  /// The name of the stream of a single one.
  public static let computeStream = "compute"

  /// The name of the stream that messages occupy where uplinks carry one at a time.
  public static let uplinkStream = "uplink"

  /// Streams with that of messages, where a plain problem has one: it need not be listed.
  package static func streams(_ named: [String], over plain: Problem) -> [String] {
    plain.communication.serialise != .uplink || named.contains(uplinkStream) ? named : named + [uplinkStream]
  }

  /// The stream whose operations are messages, with what tasks transfer over the same uplinks; `nil` where messages occupy
  /// none.
  package var messageStream: Int? {
    isPlain || plain.communication.serialise == nil ? nil : streams.firstIndex(of: Self.uplinkStream)
  }

  /// How fast a stream of a device works: devices that compute faster send no faster.
  package func speed(of stream: Int, on device: Device) -> Double {
    stream == messageStream ? 1 : device.speed
  }

  /// Whether some task runs on a device that is a choice.
  package var hasTaskChoice: Bool { isTaskChoice && taskHosts.devices.contains { $0 != nil } }

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
    var changed = try StreamedProblem(
      try change(plain), streams: streams, phases: phases, tasks: tasks, taskHosts: taskHosts)
    changed.isTaskChoice = isTaskChoice
    return try changed.lowered()
  }
}
