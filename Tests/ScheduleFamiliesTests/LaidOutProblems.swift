import PipelineModel
import ScheduleFamilies
import TestSupport
import Timeline

extension Problem {
  /// Equal chunks back and forth over the devices, two on each; an activation is held from `F` to `W`.
  static func v(
    devices: Int, microbatches: Int, times: [Double] = [1, 1, 1], communication: Double = 0,
    memoryLimit: Double? = nil
  ) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: memoryLimit), count: devices),
      stages: Array(repeating: .timed(times), count: 2 * devices),
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .v,
      communication: .uniform(communication))
  }

  /// Two copies of equal stages in opposite directions; an activation is held from `F` to `W`.
  static func bidirectional(
    devices: Int, microbatches: Int, times: [Double] = [1, 1, 1]
  ) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(), count: devices),
      stages: Array(repeating: .timed(times), count: devices),
      microbatches: Array(repeating: Microbatch(), count: microbatches)
    ).arranged(.bidirectional, chunks: 1)
  }

  /// Two chunks per device back and forth, or two copies in opposite directions, of which no two stages,
  /// microbatches or links need be alike; a number of microbatches from 2p on that both take.
  static func random(_ layout: FamilyLayout, using random: inout SeededGenerator) throws -> Problem {
    let devices = 2 * Int.random(in: 1...4, using: &random)
    var shape = RandomProblem()
    shape.scales = true
    shape.microbatches = 2 * devices...3 * devices
    shape.devices = devices...devices
    let first = try shape.problem(using: &random)
    let second = try shape.problem(using: &random)
    let count = first.microbatchCount - first.microbatchCount % 2
    let even = try Problem(
      devices: first.devices, stages: first.stages, microbatches: Array(first.microbatches.prefix(count)),
      communication: first.communication)
    if layout == .bidirectional { return try even.arranged(.bidirectional, chunks: 1) }
    return try Problem(
      devices: even.devices, stages: even.stages + second.stages, microbatches: even.microbatches,
      placement: .v, communication: even.communication)
  }
}

extension Stage {
  /// A stage of given `F`, `B` and `W`, whose activation is held until its `W` ends.
  fileprivate static func timed(_ times: [Double]) -> Stage {
    Stage(forward: times[0], backwardInput: times[1], backwardWeight: times[2], activationForW: 1)
  }
}

extension Timeline {
  /// The timeline of a family's words.
  init(_ family: String, _ problem: Problem) throws {
    try self.init(Schedule(problem: problem, words: Families.named(family).words(for: problem)))
  }
}
