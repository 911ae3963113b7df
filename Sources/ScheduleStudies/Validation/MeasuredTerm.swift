import PipelineModel

/// What recordings tell beside the durations of operations: each adds something to the times that schedules take.
public enum MeasuredTerm: String, Hashable, Sendable, CaseIterable {
  /// How long messages take.
  case latency
  /// What lies between two operations of a device.
  case gap
  /// The optimizer's step, and what follows the last operation of all.
  case steps
  /// The first `F` and the last backward pass of each stage.
  case ends

  /// Takes the term off a problem.
  func remove(from parts: inout ProblemParts) {
    switch self {
    case .latency: parts.communication = .uniform(0)
    case .gap: parts.gap = .none
    case .steps:
      parts.tail = 0
      for index in parts.devices.indices { parts.devices[index].optimizerStep = 0 }
    case .ends:
      for index in parts.stages.indices {
        parts.stages[index].firstForward = nil
        parts.stages[index].lastBackward = nil
      }
    }
  }
}
