import PipelineModel

/// Why recordings do not make a measured run: whose they are, and what was expected of them.
public struct MeasurementError: Error, Hashable, Sendable {
  /// The recording as its reader named it; empty where all are meant.
  public var recording: String
  /// What is wrong.
  public var reason: Reason

  /// Names a recording and what is wrong with it.
  public init(_ reason: Reason, in recording: String = "") {
    self.recording = recording
    self.reason = reason
  }

  /// What can be wrong with recordings.
  public enum Reason: Hashable, Sendable {
    /// No operations at all.
    case noOperations
    /// Two operations of one device at the same time; ends and starts in milliseconds.
    case overlap(first: Operation, end: Double, second: Operation, start: Double)
    /// A backward pass that began before its own forward pass: a clock that ran backwards, or iterations cut apart.
    case backwardFirst(Operation, start: Double, forwardEnd: Double)
    /// An iteration that began before the one before it, by the numbers of their marks.
    case stepsRunBackwards(Int, before: Int)
    /// One operation twice in one iteration.
    case repeated(Operation, step: Int)
    /// Stages or microbatches with a number left out.
    case missing(Part, Int, last: Int)
    /// A stage without `F`, or with a `W` and nothing before it.
    case incompleteStage(Int, found: [Operation.Kind])
    /// A microbatch that other stages or passes have, and this one has not.
    case missingOperation(Operation.Kind, stage: Int, microbatch: Int)
    /// A stage that ranks with different stages ran.
    case stageTwice(Int, String, String)
    /// Two ranks of one pipeline that ran the same stage.
    case twiceInPipeline(stage: Int, other: String)
    /// A rank that two recordings say they are of.
    case rankTwice(Int, other: String)
    /// Recordings of jobs of different size.
    case mixedJobs(ranks: Int, other: String, otherRanks: Int)
    /// Pipelines that have some ranks in common and not all.
    case mixedPipelines([Int], other: String, otherRanks: [Int])
    /// Recordings without an iteration that all have whole.
    case noCommonStep(other: String)
    /// More warm-up iterations to drop than there are.
    case nothingLeft(skip: Int, steps: Int)
  }

  /// What is numbered from 0 without a gap.
  public enum Part: String, Hashable, Sendable {
    /// The model's stages.
    case stage
    /// The batch's microbatches.
    case microbatch
  }
}

extension MeasurementError: CustomStringConvertible {
  /// The error in one line.
  public var description: String { recording.isEmpty ? "\(reason)" : "\(recording): \(reason)" }
}

extension MeasurementError.Reason: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    let (expected, found) = parts
    return "expected \(expected), found \(found)"
  }

  /// What was expected, and what was found instead.
  private var parts: (expected: String, found: String) {
    switch self {
    case .noOperations: ("operations", "none")
    case .overlap(let first, let end, let second, let start):
      (
        "one operation at a time",
        "\(first) until \((end * 1000).short) and \(second) from \((start * 1000).short) microseconds"
      )
    case .backwardFirst(let operation, let start, let end):
      (
        "clocks that never run backwards",
        "\(operation) from \((start * 1000).short) and its F until \((end * 1000).short) microseconds"
      )
    case .stepsRunBackwards(let step, let next):
      ("clocks that never run backwards", "iteration \(step) before iteration \(next)")
    case .repeated(let operation, let step):
      ("each operation once in an iteration", "\(operation) twice in iteration \(step)")
    case .missing(let part, let number, let last):
      ("every \(part.rawValue) from 0 to \(last)", "no operation of \(part.rawValue) \(number)")
    case .incompleteStage(let stage, let kinds):
      (
        "F and B, or F and BW, of stage \(stage)",
        "no \(kinds.contains(.forward) ? "B and no BW" : "F"), only \(kinds.map(\.symbol).sorted().joined(separator: ", "))"
      )
    case .missingOperation(let kind, let stage, let microbatch):
      (
        "every microbatch on every stage, from recordings of one run",
        "no \(kind.symbol)(stage \(stage), microbatch \(microbatch))"
      )
    case .stageTwice(let stage, let first, let second):
      (
        "each stage on one device, or on replicas with the same stages",
        "stage \(stage) on \(first) and on \(second)"
      )
    case .twiceInPipeline(let stage, let other):
      ("each stage on one device of a pipeline", "stage \(stage) on \(other), of the same pipeline, as well")
    case .rankTwice(let rank, let other): ("each rank once", "rank \(rank) in \(other) as well")
    case .mixedJobs(let ranks, let other, let otherRanks):
      ("recordings of one job", "a job of \(ranks) ranks, and one of \(otherRanks) in \(other)")
    case .mixedPipelines(let ranks, let other, let otherRanks):
      (
        "recordings of one job",
        "a pipeline of ranks \(Self.list(ranks)), and one of ranks \(Self.list(otherRanks)) in \(other)"
      )
    case .noCommonStep(let other):
      ("an iteration that all ranks have whole", "none that \(other) has as well")
    case .nothingLeft(let skip, let steps):
      ("more than \(skip.counted("iteration")), which are to be skipped", "\(steps)")
    }
  }

  private static func list(_ ranks: [Int]) -> String {
    ranks.prefix(8).map(String.init).joined(separator: ", ") + (ranks.count > 8 ? ", ..." : "")
  }
}
