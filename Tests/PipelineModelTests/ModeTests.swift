import PipelineModel
import Testing

@Suite("Modes of stages")
struct ModeTests {
  @Test(
    "a transfer takes its latency and amount / bandwidth, rounded up to a millionth",
    arguments: [
      (1.0, 3.0, 0.1, 0.433334), (3, 3, 0.1, 1.1), (0.3, 3, 0, 0.1), (0, 1, 0.25, 0.25), (1, 7, 0, 0.142858),
      (2e6, 1, 0, 2e6),
    ])
  func transfer(amount: Double, bandwidth: Double, latency: Double, time: Double) {
    #expect(HostLink(bandwidth: bandwidth, latency: latency).transfer(of: amount) == time)
  }

  @Test("first and last operations keep their difference to the others, and never last less than nothing")
  func endDurations() {
    let stage = Stage(
      forward: 10, backward: .split(input: 11, weight: 7),
      modes: [
        Mode(name: "folded", forward: 12, backward: .split(input: 21, weight: 7)),
        Mode(name: "none", forward: 1),
      ],
      firstForward: 4, lastBackward: 15)
    #expect(stage.inAllModes.map(\.firstForward) == [4, 6, 0])
    #expect(stage.inAllModes.map(\.lastBackward) == [15, 25, 15])
  }

  private func problem(
    limit: Double, per extent: Mode.Extent, modes: [[Mode]],
    routes: (distinct: [Route], indexes: [Int])? = nil,
    choice: ModeChoice? = nil
  ) throws -> Problem {
    try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: limit), count: modes.count),
        stages: modes.map {
          Stage(forward: 1, backward: .split(input: 1, weight: 1), activationForB: 6, modes: $0)
        }, microbatches: [Microbatch(), Microbatch()], modesPer: extent),
      routes: routes, modes: choice)
  }

  @Test("where mode 0 does not fit, the leanest modes do, or those of one name")
  func leanest() throws {
    let lean = Mode(name: "lean", activationForB: 2)
    let leaner = Mode(name: "leaner", activationForB: 1)
    let lists = [[lean, leaner], [lean]]
    #expect(try problem(limit: 6, per: .stage, modes: lists).modes.isPlain)
    #expect(try problem(limit: 5, per: .stage, modes: lists).modes.distinct == [[2, 1]])
    #expect(try problem(limit: 5, per: .problem, modes: lists).modes.distinct == [[1, 1]])
    #expect(throws: ProblemError.self) { try problem(limit: 1.5, per: .problem, modes: lists) }
    #expect(throws: ProblemError.self) {
      try problem(limit: 5, per: .problem, modes: [[lean], [leaner]])
    }
  }

  @Test("two choices are one value where they differ only on stages that are not visited")
  func unvisited() throws {
    let lean = [Mode(name: "lean", activationForB: 2)]
    func visits(_ stages: [Int]) -> Route {
      Route(visits: stages.map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) })
    }
    func modes(_ choice: [[Int]]) throws -> ModeChoice {
      try problem(
        limit: 6, per: .microbatch, modes: [lean, lean, lean],
        routes: ([visits([0, 1]), visits([0])], [0, 1]), choice: ModeChoice(choice)
      ).modes
    }
    #expect(try modes([[1, 1, 1], [1, 0, 0]]) == modes([[1, 1, 0], [1, 1, 1]]))
    #expect(try modes([[1, 1, 1], [1, 0, 0]]).isPerStage)
    #expect(try modes([[1, 1, 1], [0, 0, 0]]).distinct == [[1, 1, 0], [0, 1, 0]])
  }
}
