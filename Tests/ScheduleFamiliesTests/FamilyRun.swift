import PipelineModel
import ScheduleFamilies
import TestSupport
import Timeline

/// The timeline of a family on equal stages, in the family's own layout.
func timeline(
  _ name: String, devices: Int, microbatches: Int, chunks: Int = 1, groupSize: Int? = nil,
  times: (forward: Double, backwardInput: Double, backwardWeight: Double) = (1, 1, 1),
  latency: Double = 0
) throws -> Timeline {
  let family = try Families.named(name)
  let scale = Double(chunks)
  // Stages are laid out in shares of one; times and activations here are those of a share.
  let stage = Stage(
    forward: times.forward * scale, backwardInput: times.backwardInput * scale,
    backwardWeight: times.backwardWeight * scale, activationForB: scale, activationForW: scale / 2)
  let problem = try family.layout.arranging(
    Problem(
      devices: Array(repeating: Device(), count: devices), stages: Array(repeating: stage, count: devices),
      microbatches: Array(repeating: Microbatch(), count: microbatches),
      communication: .uniform(latency)), parts: chunks)
  let orders = try family.orders(for: problem, parameters: FamilyParameters(groupSize: groupSize))
  return try Timeline(Schedule(problem: problem, orders: orders))
}

extension Double {
  /// Whether two times are equal but for rounding.
  func isNear(_ other: Double) -> Bool { abs(self - other) <= 1e-9 * max(abs(self), abs(other)) }
}
