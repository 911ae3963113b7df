import PipelineModel

/// What one rank of a job recorded, as a reader of some format hands it over.
///
/// All times are in milliseconds on the rank's own clock.
public struct RankRecording: Sendable {
  /// What messages call it: a file, or a file and one of its processes.
  public var name: String
  /// The rank among all of the job, where the recording tells it.
  public var rank: Int?
  /// The ranks of its pipeline, in order of their stages, where the recording tells them.
  public var pipeline: [Int]?
  /// How many ranks the job has, where the recording tells it.
  public var worldSize: Int?
  /// Recordings of the same clock need no alignment: those of one file.
  public var clock: String
  /// The operations, in any order.
  public var operations: [RecordedOperation] = []
  /// What ran beside the operations: collectives, sends and copies, in any order.
  public var transfers: [RecordedTransfer] = []
  /// The iterations that a profiler or trainer marked, in any order.
  public var marks: [StepMark] = []
  /// The optimizer's steps, in any order.
  public var optimizerSteps: [TimeSpan] = []

  /// Begins an empty recording.
  public init(name: String, clock: String, rank: Int? = nil, pipeline: [Int]? = nil, worldSize: Int? = nil) {
    self.name = name
    self.clock = clock
    self.rank = rank
    self.pipeline = pipeline
    self.worldSize = worldSize
  }
}

/// From when to when something ran, in milliseconds.
public struct TimeSpan: Hashable, Sendable {
  /// The beginning.
  public var start: Double
  /// How long it took: kept beside the beginning, as differences of times since 1970 have lost their nanoseconds.
  public var duration: Double

  /// Joins beginning and duration.
  public init(start: Double, duration: Double) {
    self.start = start
    self.duration = duration
  }

  /// The end.
  public var end: Double { start + duration }
}

/// One operation as a recording names it.
public struct RecordedOperation: Hashable, Sendable {
  /// What a recording calls a pass.
  public enum Pass: Hashable, Sendable {
    /// `F`.
    case forward
    /// `B`, for the input alone.
    case backwardInput
    /// `W`.
    case backwardWeight
    /// Both backward passes together.
    case backward
    /// A letter `B`: the pass for the input where its stage has a `W`, and the whole backward pass elsewhere.
    case letterB
  }

  /// Which pass it is.
  public var pass: Pass
  /// The stage; `nil` where the recording leaves it to the place of the rank in its pipeline.
  public var stage: Int?
  /// Which of the rank's stages it is, counted from 0, where the stage is left to the rank's place.
  public var chunk: Int?
  /// The microbatch; `nil` where the recording leaves it to the order in which operations ran.
  public var microbatch: Int?
  /// The iteration, where the recording names it.
  public var step: Int?
  /// When it ran.
  public var span: TimeSpan

  /// Describes an operation.
  public init(
    _ pass: Pass, stage: Int?, chunk: Int? = nil, microbatch: Int?, step: Int? = nil, span: TimeSpan
  ) {
    self.pass = pass
    self.stage = stage
    self.chunk = chunk
    self.microbatch = microbatch
    self.step = step
    self.span = span
  }
}

/// A message between devices, or within one, that ran beside the operations.
public struct RecordedTransfer: Hashable, Sendable {
  /// What it is called in reports, such as `ReduceScatter`.
  public var name: String
  /// The stage that it belongs to, where the recording tells it; otherwise that of the operation that ran then.
  public var stage: Int?
  /// When it ran.
  public var span: TimeSpan

  /// Describes a transfer.
  public init(name: String, stage: Int?, span: TimeSpan) {
    self.name = name
    self.stage = stage
    self.span = span
  }
}

/// An iteration as a profiler or trainer marked it.
public struct StepMark: Hashable, Sendable {
  /// Its number.
  public var number: Int
  /// What starts from here on, and before the next mark, belongs to it.
  public var start: Double
  /// How long the iteration took from mark to mark.
  public var duration: Double

  /// Describes a mark.
  public init(number: Int, start: Double, duration: Double) {
    self.number = number
    self.start = start
    self.duration = duration
  }
}
