import PipelineModel

extension Problem {
  /// Equal stages, one per device.
  public static func uniform(
    devices: Int, microbatches: Int, forward: Double = 1, backwardInput: Double = 1,
    backwardWeight: Double = 1, activationForW: Double = 0.5, communication: Double = 0,
    memoryLimit: Double? = nil
  ) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: memoryLimit), count: devices),
      stages: Array(
        repeating: Stage(
          forward: forward, backwardInput: backwardInput, backwardWeight: backwardWeight,
          activationForW: activationForW), count: devices),
      microbatches: Array(repeating: Microbatch(), count: microbatches),
      communication: .uniform(communication))
  }
}
