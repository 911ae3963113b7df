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
}
