import PipelineModel

/// What a measured run tells of a problem: how long passes take on each stage, what lies between them, and how long an
/// iteration takes. All times are in milliseconds.
public struct MeasuredProfile: Sendable {
  /// The run that all figures are taken from.
  public let run: MeasuredRun
  /// The times of each stage, in order.
  public let stages: [StageTimes]
  /// How long iterations took.
  public let iteration: Spread?
  /// The least time between two operations of a device, by transition; those that no iteration had are left out.
  public let gaps: [Transition: Spread]
  /// How long messages took, by link; empty where the clocks of ranks could not be aligned.
  public let latencies: [Link: [Double]]
  /// How long the optimizer's step took on each device; `nil` where no recording has one.
  public let optimizerSteps: [Spread?]
  /// What followed the last operation and optimizer step of all; `nil` where no mark tells when iterations end.
  public let tail: Spread?
  /// Collectives, sends and copies, by stage and name.
  public let transfers: [TransferUse]

  /// Measures a run.
  ///
  /// - Complexity: O(operations log operations).
  public init(_ run: MeasuredRun) {
    self.run = run
    stages = run.hosts.enumerated().map { [ranks = run.ranks] in
      StageTimes(of: Stage.ID($0), on: $1, in: ranks)
    }
    let waits = Waits(run.iterations, stageCount: run.stageCount)
    gaps = waits.gaps.compactMapValues(Spread.init(times:))
    latencies = waits.latencies
    iteration = Spread(times: run.iterationTimes)
    optimizerSteps = (0..<run.deviceCount).map { [ranks = run.ranks] device in
      Spread(times: ranks.lazy.filter { $0.device == device }.flatMap(\.steps).compactMap(\.optimizerStep))
    }
    tail = Spread(times: run.iterations.compactMap(\.tail))
    transfers = TransferUse.uses(in: run.ranks)
  }

  /// How often operations stalled.
  public var stallCount: Int {
    stages.reduce(0) { $0 + $1.passes.values.reduce(0) { $0 + ($1.stalls?.count ?? 0) } }
  }
}
