import OperationGraph
import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

/// The yardstick of everything that is proved: all orders of tiny problems that have any features together.
@Suite("Against all orders of tiny problems with every feature")
struct BruteForceTests {
  @Test("no bound exceeds an optimum, told of it or not", arguments: Certificate.Scope.allCases)
  func bounds(scope: Certificate.Scope) throws {
    let problems = try TinyProblem.draws(90, backward: scope.backward, limit: 60, seed: 7)
    for tiny in problems {
      for objective in Objective.allCases {
        let optimum = tiny.optimum(objective)
        let simple = LowerBound.simple(for: tiny.problem, objective: objective, scope: scope).value
        let best = LowerBound.best(for: tiny.problem, objective: objective, scope: scope).value
        let told = LowerBound.best(
          for: tiny.problem, objective: objective, scope: scope, until: optimum
        ).value
        #expect(
          simple <= best * (1 + 1e-9) && max(best, told) <= optimum * (1 + 1e-9),
          "\(tiny.problem) \(objective)")
      }
    }
    #expect(TinyProblem.features(of: problems) == Set(ProblemFeature.allCases))
  }

  /// Of whole backward passes the search misses one optimum in ten: its moves do not leave some orders that pairs
  /// or tight memory hold together.
  @Test(
    "the search finds an optimum within memory and claims nothing above it",
    arguments: SearchOptions.Backward.allCases)
  func search(backward: SearchOptions.Backward) throws {
    let shape = RandomProblem(devices: 1...3, microbatches: 1...3)
      .without(.pieces, because: "PieceSearchTests look at problems in pieces only")
      .without(.modes, .modesByMicrobatch, because: "ModeBoundTests try all modes, with all orders in each")
    let problems = try TinyProblem.draws(28, of: shape, backward: backward, limit: 120, seed: 72)
    var missed = 0
    for tiny in problems {
      for objective in Objective.allCases {
        let options = quickly(objective, backward: backward, iterations: 3_000)
        let result = Search(tiny.problem, options: options).run()
        let optimum = tiny.optimum(objective)
        #expect(result.value >= optimum * (1 - 1e-9), "\(tiny.problem) \(objective)")
        if result.value > optimum * (1 + 1e-9) { missed += 1 }
        #expect(result.bound.value <= optimum * (1 + 1e-9), "\(tiny.problem) \(objective)")
        try expectSound(result, tiny.problem, objective)
      }
    }
    #expect(missed <= (backward == .fused ? problems.count / 5 : 0))
    #expect(
      TinyProblem.features(of: problems)
        == Set(ProblemFeature.allCases).subtracting([.pieces, .modes, .modesByMicrobatch]))
  }

  /// Of what is offloaded it knows too little to go through all orders: there it has to claim nothing false.
  @Test(
    "an exact search proves the optimum from the worst orders there are",
    arguments: Certificate.Scope.allCases)
  func proof(scope: Certificate.Scope) throws {
    let shape = RandomProblem(devices: 1...3, microbatches: 1...3)
      .without(.pieces, because: "an exact search refuses them")
      .without(.thirds, because: "an exact search needs times on the decimal grid")
      .without(.modes, .modesByMicrobatch, because: "ModeBoundTests try all modes, with all orders in each")
    let problems = try TinyProblem.draws(60, of: shape, backward: scope.backward, limit: 200, seed: 17)
    var (proved, nodes) = (0, 0)
    for tiny in problems where LoweredProblem(tiny.problem).grid.isExact {
      for objective in Objective.allCases {
        let optimum = tiny.optimum(objective)
        let result = try ExactSearch.fromOneByOne(tiny.problem, objective, scope: scope).run()
        #expect(result.lowerBound <= optimum * (1 + 1e-9), "\(tiny.problem) \(objective)")
        #expect(result.value >= optimum * (1 - 1e-9), "\(tiny.problem) \(objective)")
        #expect(result.isProved || tiny.problem.hasReloads, "\(tiny.problem) \(objective)")
        let timeline = try Timeline(Schedule(problem: tiny.problem, orders: result.orders))
        #expect(ScheduleChecker(timeline.record()).violations() == [])
        nodes += result.nodes
        if result.isProved { proved += 1 }
      }
    }
    #expect(proved > 60 && nodes > 0)
  }
}

extension Certificate.Scope {
  /// The search that looks at these schedules.
  fileprivate var backward: SearchOptions.Backward { self == .fused ? .fused : .auto }
}
