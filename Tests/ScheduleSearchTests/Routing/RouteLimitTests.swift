import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

/// Runs of a batch that have to end before a limit, on random problems whose backward passes are split: the last `W` of a
/// device ends behind every way home.
@Suite("Routes that have to be short")
struct RouteLimitTests {
  /// Moves of the routes of random problems with differing microbatches, optimizer steps and limits of visits.
  private func eachProblem(seed: UInt64, _ body: (borrowing RoutingModel, inout RouteMoves) throws -> Void)
    throws
  {
    var random = SeededGenerator(seed: seed)
    var count = 0
    while count < 60 {
      let shape = RandomRouting(microbatches: 2...5, limits: true, scalesAndSteps: true)
      let problem = try shape.problem(using: &random)
      let model = RoutingModel(problem, fused: Bool.random(using: &random))
      let objective = Objective.allCases[count % Objective.allCases.count]
      guard model.length > 0, model.refusal() == nil,
        var moves = RouteMoves(model, objective: objective, spread: 0.5, until: .never),
        moves.score.value.isFinite
      else { continue }
      count += 1
      try body(model, &moves)
    }
  }

  @Test("A run is worth what it is without a limit, or nothing where it does not end before it")
  func limits() throws {
    try eachProblem(seed: 5) { model, moves in
      for rule in DispatchRule.all {
        let value = moves.simulator.run(rule)
        guard value.isFinite else { continue }
        for share in [0.3, 0.7, 0.9, 0.99, 1 - 1e-9] {
          let cut = moves.simulator.run(rule, limit: share * value)
          #expect(cut == .infinity)
        }
        let atLimit = moves.simulator.run(rule, limit: value)
        #expect(atLimit == .infinity)
        for share in [1 + 1e-9, 1.01, 2] {
          let whole = moves.simulator.run(rule, limit: share * value)
          #expect(whole == value)
        }
      }
    }
  }

  @Test("Without heat no move of routes, turns or rules makes a batch longer")
  func cold() throws {
    var random = FastRandom(seed: 11)
    var kept = 0
    try eachProblem(seed: 6) { model, moves in
      for _ in 0..<200 {
        let before = (moves.score.value, moves.plan)
        let isKept = moves.tryMove(heat: 0, random: &random)
        kept += isKept ? 1 : 0
        let value = moves.score.value
        #expect(isKept ? value < before.0 : value == before.0)
        let plan = moves.plan
        #expect(isKept || plan == before.1)
        let again = moves.simulator.run(plan.rule)
        #expect(again == value)
      }
    }
    #expect(kept > 50)
  }
}
