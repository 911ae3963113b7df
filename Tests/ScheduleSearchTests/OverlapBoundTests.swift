import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Lower bounds where pairs overlap")
struct OverlapBoundTests {
  /// Tiny problems of one or two devices whose pairs take from 0.3 to 1.2 of the time of their parts.
  static func problem(using random: inout SeededGenerator) throws -> Problem {
    let tiny = try TinyProblems.random(mixed: Bool.random(using: &random), using: &random)
    let factor = Double([3, 5, 6, 8, 9, 10, 12].randomElement(using: &random) ?? 8) / 10
    return try tiny.with(overlap: Overlap(forwardBackward: factor))
  }

  @Test("never exceed the best of all words")
  func bruteForce() throws {
    var random = SeededGenerator(seed: 61)
    var (solved, gained, met) = (0, 0, 0)
    while solved < 24 {
      let problem = try Self.problem(using: &random)
      guard problem.microbatchCount > 1,
        let all = PairBruteForce(problem, split: problem.microbatchCount == 2, limit: 120)
      else { continue }
      solved += 1
      let optimum = all.optimum()
      let alone = try problem.with(overlap: nil)
      for (objective, value) in [(Objective.makespan, optimum.makespan), (.period, optimum.period)] {
        let simple = LowerBound.simple(for: problem, objective: objective).value
        let best = LowerBound.best(for: problem, objective: objective, until: value).value
        #expect(simple <= best * (1 + 1e-9) && best <= value * (1 + 1e-9), "\(problem)")
        if best >= value * (1 - 1e-9) { met += 1 }
        if value < LowerBound.simple(for: alone, objective: objective).value * (1 - 1e-9) { gained += 1 }
      }
    }
    // Pairs must matter for this to say anything.
    #expect(gained > 4 && met > 4)
  }

  @Test("never exceed random words with pairs")
  func random() throws {
    var shape = RandomProblem()
    shape.anyPlacement = true
    shape.scales = true
    shape.routes = true
    shape.overlap = true
    shape.pieces = true
    shape.devices = 1...3
    shape.microbatches = 1...2
    var random = SeededGenerator(seed: 62)
    for _ in 0..<20 {
      let problem = try shape.problem(using: &random)
      let words = problem.randomWords(using: &random)
      let summary = try Timeline(Schedule(problem: problem, words: words)).summary
      for (objective, value) in [(Objective.makespan, summary.makespan), (.period, summary.period)] {
        let bound = LowerBound.simple(for: problem, objective: objective)
        #expect(bound.value <= value * (1 + 1e-9))
      }
    }
  }

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
}
