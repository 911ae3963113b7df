import PipelineModel
import TestSupport
import Testing

@Suite("Placements spell out their hosts")
struct PlacementTests {
  private func hosts(_ placement: Placement, stages: Int, devices: Int) -> [Int] {
    placement.hosts(stageCount: stages, deviceCount: devices).map { $0[0].index }
  }

  @Test func named() {
    #expect(hosts(.sequential, stages: 4, devices: 4) == [0, 1, 2, 3])
    #expect(hosts(.loop, stages: 6, devices: 3) == [0, 1, 2, 0, 1, 2])
    #expect(hosts(.v, stages: 6, devices: 3) == [0, 1, 2, 2, 1, 0])
    #expect(hosts(.v, stages: 8, devices: 3) == [0, 1, 2, 2, 1, 0, 0, 1])
  }

  @Test("one microbatch holds all its chunks on a device at once")
  func activations() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: (1...4).map {
        Stage(forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: Double($0), activationForW: 0)
      },
      microbatches: [Microbatch()], placement: .v)
    #expect(problem.activationsOfOneMicrobatch == [5, 5])
  }
}
