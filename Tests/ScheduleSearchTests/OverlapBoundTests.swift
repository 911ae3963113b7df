import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Lower bounds where pairs overlap")
struct OverlapBoundTests {
  @Test(
    "read durations on devices of any speed: longer ones on faster devices are the same problem",
    arguments: [8, 0.5, 0.25])
  func speed(_ speed: Double) throws {
    func problem(_ speed: Double) throws -> Problem {
      try Problem(
        devices: Array(repeating: Device(speed: speed), count: 2),
        stages: Array(
          repeating: Stage(forward: 1 * speed, backwardInput: 3 * speed, backwardWeight: 2 * speed), count: 2),
        microbatches: Array(repeating: Microbatch(), count: 4), overlap: Overlap(forwardBackward: 0.9))
    }
    for objective in Objective.allCases {
      for scope in Certificate.Scope.allCases {
        let plain = try LowerBound.best(for: problem(1), objective: objective, scope: scope)
        let fast = try LowerBound.best(for: problem(speed), objective: objective, scope: scope)
        #expect(fast == plain)
      }
    }
  }

  @Test("count what a device does before the first pair and after the last one")
  func window() throws {
    // One device, three microbatches, F = 1 and BW = 2, pairs in half their time. The first F and the last BW
    // are alone, so 1 + 1.5 + 1.5 + 2 is best, which is also 0.5 x 9 + 0.5 x (1 + 2).
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
      microbatches: Array(repeating: Microbatch(), count: 3), overlap: Overlap(forwardBackward: 0.5))
    let bound = LowerBound.best(for: problem, objective: .makespan)
    #expect(bound.value == 6)
    #expect(
      bound.explanation
        == "device 0: 9 of work, 0.5 of it in pairs, the first after 1, the last 2 before the end")
    #expect(LowerBound.best(for: problem, objective: .period).value == 6)
  }

  @Test(
    "never exceed the best of all orders of tiny problems, and often are it",
    arguments: Certificate.Scope.allCases)
  func bruteForce(scope: Certificate.Scope) throws {
    var random = SeededGenerator(seed: 1311)
    let shape = RandomProblem(devices: 1...3, microbatches: 2...4)
      .without(.modes, .modesByMicrobatch, because: "brute force tries all orders in given modes")
    var (bounds, reached) = (0, 0)
    while bounds < 160 {
      let factor = Double(Int.random(in: 8...19, using: &random)) / 20
      let problem = try shape.problem(using: &random).with(overlap: Overlap(forwardBackward: factor))
      guard let all = BruteForce(problem, passes: scope == .fused ? .fused : .either, limit: 300) else {
        continue
      }
      let optimum = all.optimum()
      for (objective, best) in [(Objective.makespan, optimum.makespan), (.period, optimum.period)] {
        let bound = LowerBound.best(for: problem, objective: objective, scope: scope)
        let told = LowerBound.best(for: problem, objective: objective, scope: scope, until: best)
        #expect(max(bound.value, told.value) <= best * (1 + 1e-9), "\(problem) \(objective)")
        bounds += 1
        if told.value >= best * (1 - 1e-9) { reached += 1 }
      }
    }
    #expect(reached > bounds / 4)
  }

  @Test("reach the optima that orders of single devices prove, and none is above")
  func optima() throws {
    for row in try PairedOptimum.all() {
      let bound = LowerBound.best(
        for: row.problem, objective: .makespan, scope: row.scope, until: row.optimum)
      #expect(bound.value <= row.optimum * (1 + 1e-9), "\(row.name)")
      if row.isReached { #expect(bound.value >= row.optimum * (1 - 1e-9), "\(row.name)") }
    }
  }
}
