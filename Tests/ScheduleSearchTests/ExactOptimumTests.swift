import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Exact search against known optima")
struct ExactOptimumTests {
  @Test("needs the same nodes when all times are tenths")
  func decimals() throws {
    var random = SeededGenerator(seed: 19)
    let shape = RandomProblem(devices: 1...3, microbatches: 1...2)
      .without(.pieces, because: "an exact search refuses them")
      .without(.decimals, .speeds, .thirds, because: "whole numbers become tenths")
      .without(.offload, because: "transfers last whole millionths of a unit")
    for _ in 0..<12 {
      let problem = try shape.problem(using: &random)
      let tenths = try problem.mappingTimes { $0 / 10 }
      for objective in Objective.allCases {
        let result = try ExactSearch.fromOneByOne(problem, objective).run(nodeLimit: 20)
        let other = try ExactSearch.fromOneByOne(tenths, objective).run(nodeLimit: 20)
        #expect(result.nodes == other.nodes && result.isProved == other.isProved)
        #expect(abs(result.value - 10 * other.value) < 1e-9)
      }
    }
  }

  /// Bounds leave all of these open, vD3M6ur50 even when they are told the optimum.
  @Test(
    "proves optima of the study that lie above the bounds",
    arguments: [
      ("vD3M6ur50", Objective.makespan), ("lD4M4pr50", .makespan),
      ("lD2M4a1r50", .period),
    ])
  func study(id: String, objective: Objective) throws {
    let row = try #require(try ProvedOptimum.all().first { $0.id == id && $0.objective == objective })
    let start = Search(row.problem, options: SearchOptions(objective: objective, iterations: 0)).run()
    let result = ExactSearch(
      row.problem, objective: objective, incumbent: (start.orders, start.value),
      lowerBound: .simple(for: row.problem, objective: objective)
    ).run()
    #expect(result.isProved)
    #expect(result.value.rounded(.up) == row.optimum)
    #expect(result.nodes > 0)
  }
}

extension ExactSearch {
  /// Begins with one microbatch after the other and the simple bound.
  static func fromOneByOne(
    _ problem: Problem, _ objective: Objective, scope: Certificate.Scope = .all
  ) throws -> ExactSearch {
    let orders = problem.ordersOneByOne(isFused: scope == .fused)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    let value = objective == .makespan ? timeline.makespan : timeline.summary.period
    return ExactSearch(
      problem, objective: objective, incumbent: (orders, value),
      lowerBound: .simple(for: problem, objective: objective, scope: scope))
  }
}

extension Problem {
  /// Each microbatch forward and back before the next one: no orders hold less memory or take longer.
  var ordersOneByOne: Orders { ordersOneByOne(isFused: false) }

  /// The same with backward passes that could be split whole or apart.
  func ordersOneByOne(isFused: Bool) -> Orders {
    var orders = [[Operation]](repeating: [], count: deviceCount)
    for index in microbatches.indices {
      let microbatch = Microbatch.ID(index)
      let visits = route(of: microbatch).visits
      for visit in visits {
        orders[visit.device.index].append(Operation(.forward, stage: visit.stage, microbatch: microbatch))
      }
      for visit in visits.reversed() {
        for kind in stages[visit.stage.index].passes(isFused: isFused).dropFirst() {
          orders[visit.device.index].append(Operation(kind, stage: visit.stage, microbatch: microbatch))
        }
      }
    }
    return Orders(orders).prepared(for: self, launchesEarly: false)
  }
}
