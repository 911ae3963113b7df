import PipelineModel

/// What one problem has and another has not: random problems have any of these together.
///
/// Every key of a problem file belongs to a feature or is drawn for every problem. Where a feature is left out,
/// so are the numbers that only it needs.
public enum ProblemFeature: String, Hashable, Sendable, CaseIterable {
  /// A loop, a V or any placement: several stages on a device, or none.
  case placement
  /// Stages on two devices, of which each route takes one.
  case replicas
  /// Routes that skip and reorder stages.
  case routes
  /// Stages without some of the backward passes, or with one that cannot be taken apart.
  case passes
  /// Stages that name the stages whose output they need: towers, fan-in, fan-out, skipped stages.
  case inputs
  /// Microbatches of unequal scale.
  case scales
  /// Scales of which each pass has its own, where there are scales.
  case scalesByPass
  /// Scales of which each stage has its own, where there are scales.
  case scalesByStage
  /// Microbatches of which some hold more memory than others, on all stages or some.
  case memoryFactors
  /// Stages that hold less until their backward pass starts.
  case checkpoints
  /// Stages that run `R`, in mode 0 or, where there are any, in others.
  case recompute
  /// Stages with other modes, of which each microbatch has the same, or all stages those of one name.
  case modes
  /// Modes of which each microbatch has its own, where there are any.
  case modesByMicrobatch
  /// Devices with hosts, and modes that offload to them.
  case offload
  /// Stages whose first `F` or last backward pass lasts longer or shorter.
  case endDurations
  /// Devices of unequal speed.
  case speeds
  /// Speeds, and bandwidths of hosts, that no decimal divides by, such as 3: times off the decimal grid.
  case thirds
  /// A latency for each two devices and direction; one for all without it.
  case latencies
  /// Links with bandwidths.
  case bandwidth
  /// Stages that send more or less than others, where there are links with bandwidths.
  case messageSizes
  /// Links, or uplinks, that carry one message at a time.
  case serialise
  /// Pairs that take more or less time together than apart.
  case overlap
  /// Gains of pairs of which each stage has its own, where there are any.
  case overlapByStage
  /// Pauses between operations.
  case gaps
  /// Pauses that differ by what comes before and after, where there are any.
  case gapsByTransition
  /// Devices that wait for each other before their optimizer steps, all or in groups.
  case barrier
  /// Time after the end of all devices.
  case tail
  /// Microbatches that are pieces of sequences.
  case pieces
  /// Devices that take their optimizer step.
  case optimizerStep
  /// Devices with as much memory as a sequence needs, or more, or any amount.
  case memoryLimit
  /// Stages that hold memory all the time.
  case staticMemory
  /// Operations that take no time.
  case zeroDurations
  /// Numbers with decimals; whole ones without it.
  case decimals
}

extension ProblemFeature {
  /// Whether a problem has the feature, however it came by it.
  public func isPresent(in problem: Problem) -> Bool {
    switch self {
    case .placement: problem.hosts != (0..<problem.stageCount).map { [Device.ID($0)] }
    case .replicas: problem.hosts.contains { $0.count > 1 }
    case .routes:
      problem.routes.contains { $0.visits.map(\.stage.index) != Array(0..<problem.stageCount) }
    case .passes:
      problem.stages.contains { if case .split = $0.backward { false } else { true } }
    case .inputs: problem.stages.contains { $0.inputs != nil }
    case .scales: problem.microbatches.contains { $0.scale != Microbatch.Scale(1) }
    case .scalesByPass: problem.microbatches.contains { !$0.scale.hasOneFactorPerStage }
    case .scalesByStage:
      problem.microbatches.map(\.scale).contains {
        [$0.forward, $0.backwardInput, $0.backwardWeight].contains(where: \.isByStage)
      }
    case .memoryFactors: problem.microbatches.contains { $0.memory != 1 }
    case .checkpoints: problem.stages.contains { $0.checkpoint != nil }
    case .recompute: problem.stages.flatMap(\.inAllModes).contains { $0.recompute != nil }
    case .modes: problem.hasModes
    case .modesByMicrobatch: problem.hasModes && problem.instance.modesPer == .microbatch
    case .offload: problem.stages.flatMap(\.inAllModes).contains { $0.offload > 0 }
    case .endDurations: problem.stages.contains { $0.firstForward != nil || $0.lastBackward != nil }
    case .speeds: problem.devices.contains { $0.speed != 1 }
    case .thirds: problem.devices.contains { (1e9 / $0.speed).rounded() / 1e9 != 1 / $0.speed }
    case .latencies: if case .uniform = problem.communication { false } else { true }
    case .bandwidth: if case .links = problem.communication { true } else { false }
    case .messageSizes: problem.stages.contains { $0.messageBytes != nil }
    case .serialise: problem.communication.serialise != nil
    case .overlap: problem.overlap != nil
    case .overlapByStage: problem.overlap?.forwardBackward.isByStage ?? false
    case .gaps: problem.gap != .none
    case .gapsByTransition: problem.gap.uniform == nil
    case .barrier: problem.barrier != .none
    case .tail: problem.tail > 0
    case .pieces: problem.pieces > 1
    case .optimizerStep: problem.devices.contains { $0.optimizerStep > 0 }
    case .memoryLimit: problem.devices.contains { $0.memoryLimit != nil }
    case .staticMemory: problem.stages.contains { $0.staticMemory > 0 }
    case .zeroDurations: problem.stages.contains { $0.ownDurations.contains(0) }
    case .decimals: problem.stages.contains { $0.ownDurations.contains { $0 != $0.rounded() } }
    }
  }
}

extension PerStage {
  fileprivate var isByStage: Bool { if case .each = self { true } else { false } }
}

extension Stage {
  /// The durations of its passes.
  fileprivate var ownDurations: [Double] { passes(isFused: false).compactMap(duration) }
}
