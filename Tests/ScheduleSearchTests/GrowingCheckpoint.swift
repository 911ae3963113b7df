import PipelineModel

extension Problem {
  /// Two microbatches through one device and a long one behind it: a checkpoint of 1 that grows to 4 for the backward
  /// pass.
  static func growingCheckpoint(memoryLimit: Double) throws -> Problem {
    try Problem(
      Instance(
        devices: [Device(memoryLimit: memoryLimit), Device()],
        stages: [
          Stage(forward: 1, backward: .input(1), activationForB: 4, checkpoint: 1),
          Stage(forward: 10, backward: .input(10)),
        ], microbatches: [Microbatch(), Microbatch()]))
  }
}
