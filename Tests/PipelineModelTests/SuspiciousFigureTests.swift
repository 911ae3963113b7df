import PipelineModel
import Testing

@Suite("Figures that look like slips")
struct SuspiciousFigureTests {
  private func figures(latency: [[Double]], bandwidth: [[Double]], speeds: [Double]) throws -> [String] {
    let count = speeds.count
    let problem = try Problem(
      devices: speeds.map { Device(speed: $0) },
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: count),
      microbatches: [Microbatch()],
      communication: .links(.init(latency: latency, bandwidth: bandwidth, bytes: 8)),
      routes: ([Route(visits: [.init(stage: Stage.ID(0), device: Device.ID(0))])], [0]))
    return problem.suspiciousFigures.map { "\($0)" }
  }

  @Test("a bandwidth a thousand times too small, a dead link, a one-way link and a device too fast")
  func slips() throws {
    let latency = Array(repeating: Array(repeating: 1.0, count: 5), count: 5)
    var bandwidth = Array(repeating: Array(repeating: 8.0, count: 5), count: 5)
    #expect(try figures(latency: latency, bandwidth: bandwidth, speeds: [1, 1, 2, 3, 1]).isEmpty)
    bandwidth[0][1] = 0.008
    bandwidth[1][0] = 0.008
    bandwidth[2][3] = 0
    bandwidth[4][0] = 0.008
    #expect(
      try figures(latency: latency, bandwidth: bandwidth, speeds: [1, 1, 1, 1, 1000]) == [
        "device 4 has speed 1000, most have 1: a slip?",
        "a message between devices 0 and 1 takes 1001, over most links 2: a slip?",
        "a message from device 4 to device 0 takes 1001, back 2: a slip?",
        "nothing gets from device 2 to device 3",
      ])
  }

  @Test("backward passes of no time between links that take some")
  func idleBackward() throws {
    func figures(idle: Set<Int>, of count: Int, latency: Double) throws -> [String] {
      let problem = try Problem(
        devices: Array(repeating: Device(), count: count),
        stages: (0..<count).map { stage in
          let backward = idle.contains(stage) ? 0.0 : 1
          return Stage(forward: 1, backwardInput: backward, backwardWeight: backward)
        },
        microbatches: [Microbatch()], communication: .uniform(latency))
      return problem.suspiciousFigures.map { "\($0)" }
    }
    #expect(
      try figures(idle: [1], of: 3, latency: 0.5) == [
        "stage 1 has backward times of 0, but its gradient still travels, for up to 0.5"
      ])
    #expect(
      try figures(idle: Set(0..<10), of: 11, latency: 2) == [
        "stages 0, 1, 2, 3, 4, 5, 6, 7 and 2 more have backward times of 0, but their gradients still travel, "
          + "for up to 2 each"
      ])
    #expect(try figures(idle: [0, 1], of: 2, latency: 0).isEmpty)
    #expect(try figures(idle: [0], of: 1, latency: 2).isEmpty)
    #expect(try figures(idle: [], of: 2, latency: 2).isEmpty)
  }

  @Test("a head without a backward pass is meant")
  func head() throws {
    let stages = [1, 0].map { Stage(forward: 1, backwardInput: $0, backwardWeight: $0) }
    let problem = try Problem(
      devices: [Device(), Device()], stages: stages, microbatches: [Microbatch()],
      placement: .explicit([[Device.ID(0)], [Device.ID(0), Device.ID(1)]]), communication: .uniform(1),
      skipReorder: SkipReorderRules(stagesPerMicrobatch: 1, head: Stage.ID(1)),
      routes: (
        [Route(visits: [0, 1].map { Route.Visit(stage: Stage.ID($0), device: Device.ID(0)) })], [0]
      ))
    #expect(problem.suspiciousFigures.isEmpty)
  }
}
