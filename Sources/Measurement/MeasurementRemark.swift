import PipelineModel

/// What was taken for granted, or could not be known, when a run was measured.
public enum MeasurementRemark: Hashable, Sendable {
  /// Stages on which B, beside W, was read as the pass for the input.
  case letterBIsInput(stages: [Int])
  /// Stages on which B, without W, was read as the whole backward pass.
  case letterBIsWhole(stages: [Int])
  /// Stages whose backward passes were measured whole.
  case wholeBackward(stages: [Int])
  /// Stages with a backward pass for the input alone.
  case noWeight(stages: [Int])
  /// Ranks that are replicas of another, whose times were put together.
  case replicas(Int, devices: Int)
  /// Iterations left out as warm-up.
  case warmUp([Int], isAsked: Bool)
  /// No latency: iterations whose clocks cannot be aligned.
  case noCommonClock
  /// No latency: no message found its receiver free.
  case noMessages
  /// No gaps: no operation was held up by its device alone.
  case noGaps
  /// Transitions without a gap that was measured, which take the median of the others.
  case gapsAssumed([Transition])
  /// No tail, as nothing marks the end of iterations.
  case noTail
  /// No optimizer steps were recorded.
  case noOptimizerStep
  /// Not recorded: memory.
  case noMemory
}

extension MeasurementRemark: CustomStringConvertible {
  /// The remark in one line.
  public var description: String {
    switch self {
    case .letterBIsInput(let stages):
      "B of \(Self.list("stage", stages)) was read as the backward pass for the input, as there are W"
    case .letterBIsWhole(let stages):
      "B of \(Self.list("stage", stages)) was read as the whole backward pass (BW), as there are no W beside it: "
        + "schedules leave it so; a profile of a schedule that splits it tells B and W"
    case .wholeBackward(let stages):
      "Backward passes of \(Self.list("stage", stages)) were measured whole: schedules leave them so; a profile of a "
        + "schedule that splits them tells B and W"
    case .noWeight(let stages): "No W of \(Self.list("stage", stages)): none is in the problem"
    case .replicas(let ranks, let devices):
      "Times of \(ranks.counted("rank")) that run the same stages as another were put together with its: "
        + devices.counted("device")
    case .warmUp(let steps, let isAsked):
      "\(Self.list("Iteration", steps)) left out \(isAsked ? "as asked" : "as warm-up: over a tenth longer than the rest")"
    case .noCommonClock:
      "No latency: clocks cannot be aligned, as operations do not start after their inputs in both directions"
    case .noMessages: "No latency: every message came while its receiver was busy"
    case .noGaps: "No gap: no operation waited for its device alone"
    case .gapsAssumed(let transitions):
      "No gap of \(transitions.map(\.rawValue).joined(separator: ", ")), which never occurs: the median of the others"
    case .noTail: "No tail: nothing marks where iterations end (ProfilerStep#, or an optimizer's step)"
    case .noOptimizerStep: "No optimizer step was recorded"
    case .noMemory: "Not recorded: memory (1 activation per microbatch and stage assumed)"
    }
  }

  /// Things by their numbers; long lists are cut.
  private static func list(_ thing: String, _ numbers: [Int]) -> String {
    let shown = numbers.prefix(12).map(String.init).joined(separator: ", ")
    return "\(thing)\(numbers.count == 1 ? "" : "s") \(shown)\(numbers.count > 12 ? ", ..." : "")"
  }
}

extension MeasuredProfile {
  /// What was taken for granted or could not be known, one line each.
  ///
  /// - Parameter skipIsAsked: whether the user said how many iterations to leave out.
  public func remarks(skipIsAsked: Bool = false) -> [MeasurementRemark] {
    var remarks: [MeasurementRemark] = []
    func note(_ remark: ([Int]) -> MeasurementRemark, _ stages: [Int]) {
      if !stages.isEmpty { remarks.append(remark(stages)) }
    }
    let byLetter = run.letterB.stagesOfWhole
    note(
      MeasurementRemark.wholeBackward,
      stages.indices.filter { stages[$0].isWhole && !byLetter.contains($0) })
    note(MeasurementRemark.letterBIsWhole, byLetter)
    note(MeasurementRemark.letterBIsInput, run.letterB.stagesOfInput)
    note(MeasurementRemark.noWeight, stages.indices.filter { stages[$0].lacksWeight })
    if run.replicaCount > 0 { remarks.append(.replicas(run.replicaCount, devices: run.deviceCount)) }
    if !run.warmUp.isEmpty { remarks.append(.warmUp(run.warmUp, isAsked: skipIsAsked)) }
    if run.deviceCount > 1, latencies.isEmpty {
      remarks.append(run.iterations.contains(where: \.hasCommonClock) ? .noMessages : .noCommonClock)
    }
    if gaps.isEmpty {
      remarks.append(.noGaps)
    } else {
      let assumed = Transition.allCases.filter { gaps[$0] == nil }
      if !assumed.isEmpty, gap?.uniform == nil { remarks.append(.gapsAssumed(assumed)) }
    }
    if tail == nil { remarks.append(.noTail) }
    if optimizerSteps.allSatisfy({ $0 == nil }) { remarks.append(.noOptimizerStep) }
    remarks.append(.noMemory)
    return remarks
  }
}
