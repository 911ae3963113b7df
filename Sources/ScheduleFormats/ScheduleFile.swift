import PipelineModel

/// The schedule file, version 1: a problem, its orders, their times and the figures, as JSON.
///
/// What was written reads back as the same value, and is written again byte for byte.
public struct ScheduleFile: Hashable, Sendable {
  /// Which program made the schedule, and how.
  public struct Generator: Hashable, Sendable {
    /// The command that was run, such as `generate`.
    public var command: String
    /// The named family, where one was generated.
    public var family: String?
    /// The family's group size, where one was chosen.
    public var groupSize: Int?
    /// The version of the program.
    public var version: String

    /// The version of this program.
    public static let ownVersion = "0.1.0"

    /// Names what made a schedule.
    public init(command: String, family: String? = nil, groupSize: Int? = nil, version: String) {
      self.command = command
      self.family = family
      self.groupSize = groupSize
      self.version = version
    }
  }

  /// What made the schedule; files made by hand may leave it out.
  public var generator: Generator?
  /// The schedule with what was recorded for it.
  public var record: RecordedSchedule

  /// Joins a schedule to what made it.
  public init(generator: Generator? = nil, record: RecordedSchedule) {
    self.generator = generator
    self.record = record
  }
}

extension ScheduleFile {
  /// The keys of each object of the format, in the order in which they are written.
  enum Keys {
    static let schedule = ["pipeloom", "generator", "problem", "summary", "devices"]
    static let generator = ["command", "family", "groupSize", "version"]
    static let summary = [
      "makespan", "period", "longestDeviceSpan", "makespanBubble", "periodBubble", "spanBubble", "imbalance",
      "peakMemory", "objective", "lowerBound", "gap", "optimal", "backward", "recomputeShare",
      "peakHostMemory",
      "hostBusy",
    ]
    static let device = ["device", "operations"]
    static let operation = [
      "op", "stage", "microbatch", "start", "end", "pair", "mode", "offloadStart", "offloadEnd", "phase",
      "task",
      "copy", "piece", "to",
    ]
  }
}
