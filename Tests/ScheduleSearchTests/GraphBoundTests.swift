import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Bounds of operation graphs that are no plain pipelines")
struct GraphBoundTests {
  @Test("of a forward pass alone are those of a flow shop: (p - 1)(F + c) + mF")
  func forward() throws {
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 4),
      stages: Array(repeating: Stage(forward: 2, backward: .none), count: 4),
      microbatches: Array(repeating: Microbatch(), count: 3), communication: .uniform(1))
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 15)
  }

  @Test("prove the job shop of 6 jobs on 6 machines best: 55")
  func jobShop() throws {
    // Fisher and Thompson, "Probabilistic learning combinations of local job-shop scheduling rules", 1963: the
    // machine and the time of each step.
    let jobs: [[[Int]]] = [
      [[2, 1], [0, 3], [1, 6], [3, 7], [5, 3], [4, 6]],
      [[1, 8], [2, 5], [4, 10], [5, 10], [0, 10], [3, 4]],
      [[2, 5], [3, 4], [5, 8], [0, 9], [1, 1], [4, 7]],
      [[1, 5], [0, 5], [2, 5], [3, 3], [4, 8], [5, 9]],
      [[2, 9], [1, 3], [4, 5], [5, 4], [0, 3], [3, 1]],
      [[1, 3], [3, 3], [5, 9], [0, 10], [4, 4], [2, 1]],
    ]
    let steps = jobs.joined().map { $0 }
    let routes = jobs.indices.map { job in
      Route(visits: (0..<6).map { .init(stage: Stage.ID(6 * job + $0), device: Device.ID(jobs[job][$0][0])) })
    }
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 6),
      stages: steps.map { Stage(forward: Double($0[1]), backward: .none) },
      microbatches: Array(repeating: Microbatch(), count: 6),
      placement: .explicit(steps.map { [Device.ID($0[0])] }), routes: (routes, Array(0..<6)))
    let result = try ExactSearch.fromOneByOne(problem, .makespan).run()
    #expect(result.isProved && result.value == 55)
  }

  @Test("count a gap between any two operations of a device, and none behind the last one")
  func gaps() throws {
    // Two F and two B of 1 each, three gaps of 2.
    let problem = try Problem(
      Instance(
        devices: [Device(optimizerStep: 5)], stages: [Stage(forward: 1, backward: .input(1))],
        microbatches: [Microbatch(), Microbatch()], gap: Gap(2)))
    for objective in Objective.allCases {
      #expect(LowerBound.best(for: problem, objective: objective).value == 15)
    }
  }

  @Test("find the first F and the last backward pass at the ends of the orders")
  func ends() throws {
    // F of 1 and B of 1, but the first F takes 4 and the last B 6: nothing else to do meanwhile on one device.
    let problem = try Problem(
      Instance(
        devices: [Device()],
        stages: [Stage(forward: 1, backward: .input(1), firstForward: 4, lastBackward: 6)],
        microbatches: Array(repeating: Microbatch(), count: 3)))
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 4 + 2 + 2 + 6)
  }

  @Test("wait at a barrier for the last device, and for the tail behind its step")
  func barrier() throws {
    // F of 1 and 7 one after the other; the first device steps for 5 behind the barrier, then the tail of 2.
    let problem = try Problem(
      Instance(
        devices: [Device(optimizerStep: 5), Device()],
        stages: [Stage(forward: 1, backward: .none), Stage(forward: 7, backward: .none)],
        microbatches: [Microbatch()], barrier: .all, tail: 2))
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 15)
    // From the first start on device 0 to its end: all but nothing less.
    #expect(LowerBound.best(for: problem, objective: .period).value == 15)
  }

  @Test("let two microbatches in where what a checkpoint holds fits twice, and grows once")
  func checkpoint() throws {
    // One device beside a long one: F F on the way, each back after the other.
    func bound(limit: Double) throws -> Double {
      let problem = try Problem.growingCheckpoint(memoryLimit: limit)
      return LowerBound.best(for: problem, objective: .makespan).value
    }
    // The second microbatch waits for the first one's way back: 2 x (1 + 20 + 1); else it does not: 1 + 40 + 1.
    #expect(try bound(limit: 4) == 44)
    #expect(try bound(limit: 5) == 42)
  }
}
