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

  /// Two chunks per device back and forth, of which no two need be alike in times or memory, and at least 2p
  /// microbatches.
  static func randomV(using random: inout SeededGenerator) throws -> Problem {
    let devices = Int.random(in: 1...8, using: &random)
    let shape = RandomProblem(devices: devices...devices, microbatches: 2 * devices...3 * devices)
      .without(.placement, .replicas, .routes, .pieces, because: "two sequential problems make a V")
      .without(.inputs, .passes, because: "the second half need not go on where the first ends")
      .without(.scalesByStage, .memoryFactors, .overlapByStage, because: "lists are of one half")
      .without(.modes, .offload, because: "the choice of modes and the hosts are those of one half")
      .without(.memoryLimit, because: "each has room for the stages of one problem")
    let (first, second) = (try shape.problem(using: &random), try shape.problem(using: &random))
    var parts = ProblemParts(of: first)
    parts.stages += second.stages
    parts.placement = .v
    parts.routes = nil
    return try parts.problem()
  }
}

extension Stage {
  /// A stage of given `F`, `B` and `W`, whose activation is held until its `W` ends.
  fileprivate static func timed(_ times: [Double]) -> Stage {
    Stage(forward: times[0], backwardInput: times[1], backwardWeight: times[2], activationForW: 1)
  }
}

extension Timeline {
  /// The timeline of a family's orders.
  init(_ family: String, _ problem: Problem) throws {
    try self.init(Schedule(problem: problem, orders: Families.named(family).orders(for: problem)))
  }
}
