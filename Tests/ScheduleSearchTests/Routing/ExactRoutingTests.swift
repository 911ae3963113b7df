import PipelineModel
import ScheduleChecker
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Routes and orders proved best")
struct ExactRoutingTests {
  /// Speeds of 1 and 2 keep times on a decimal grid.
  private func problem(_ random: inout SeededGenerator, batch: ClosedRange<Int>) throws -> RoutingProblem? {
    let problem = try RandomRouting(stages: 2...3, microbatches: batch, speeds: [1, 2]).problem(
      using: &random)
    let model = RoutingModel(problem, fused: false)
    return model.refusal() == nil ? problem : nil
  }

  /// The first routes that keep the limits, with orders of a search that makes no moves.
  private func first(_ problem: RoutingProblem, _ objective: Objective, _ choice: [Route]) throws
    -> RoutingResult
  {
    let routed = try problem.problem(routes: choice)
    var search = Search(routed, options: SearchOptions(objective: objective, iterations: 0)).run()
    // Without paths, which would leave little to prove.
    search.bound = RoutingBound(problem, fused: false, objective: objective)
      .best(until: nil, deadline: .never)
    return RoutingResult(problem: routed, search: search)
  }

  @Test(
    "agree with all routes and their best orders, one by one", arguments: [Objective.makespan, .period])
  func bruteForce(objective: Objective) throws {
    var random = SeededGenerator(seed: 41)
    var (decided, improved) = (0, 0)
    for _ in 0..<9 {
      guard let problem = try problem(&random, batch: 2...2) else { continue }
      let choices = problem.choices
      guard choices.count <= 30 else { continue }
      var optimum = Double.infinity
      var worst: RoutingResult?
      for choice in choices {
        let known = try first(problem, objective, choice)
        if known.search.value > worst?.search.value ?? 0 { worst = known }
        guard LowerBound.simple(for: known.problem, objective: objective).value < optimum else { continue }
        if let all = BruteForce(known.problem, limit: 300)?.optimum() {
          optimum = min(optimum, objective == .makespan ? all.makespan : all.period)
          continue
        }
        let result = ExactSearch(
          known.problem, objective: objective, incumbent: (known.search.orders, known.search.value),
          lowerBound: LowerBound.simple(for: known.problem, objective: objective)
        ).run()
        #expect(result.isProved)
        optimum = min(optimum, result.value)
      }
      guard let start = worst else { continue }
      let found = ExactRoutingSearch(problem, objective: objective, incumbent: start).run()
      #expect(found.search.isProved)
      #expect(abs(found.search.value - optimum) <= 1e-9 * optimum)
      let schedule = Schedule(problem: found.problem, orders: found.search.orders)
      #expect(ScheduleChecker(RecordedSchedule(schedule: schedule)).violations().isEmpty)
      decided += 1
      improved += found.search.value < start.search.value * (1 - 1e-9) ? 1 : 0
    }
    #expect(decided > 3 && improved > 1)
  }

  @Test("are bounded from below by every node on the way")
  func interrupted() throws {
    var random = SeededGenerator(seed: 42)
    var raised = 0
    for _ in 0..<12 {
      guard let problem = try problem(&random, batch: 2...2), let last = problem.choices.last else {
        continue
      }
      let start = try first(problem, .makespan, last)
      let search = ExactRoutingSearch(problem, objective: .makespan, incumbent: start)
      let optimum = search.run()
      guard optimum.search.isProved else { continue }
      var bound = start.search.bound.value
      for nodes in [1, 4, 16, 64] {
        let part = search.run(nodeLimit: nodes)
        #expect(part.search.nodes <= nodes)
        #expect(part.search.lowerBound >= bound * (1 - 1e-9))
        #expect(part.search.lowerBound <= optimum.search.value * (1 + 1e-9))
        #expect(part.search.value >= optimum.search.value * (1 - 1e-9))
        if part.search.lowerBound > bound * (1 + 1e-9) { raised += 1 }
        bound = part.search.lowerBound
      }
    }
    #expect(raised > 2)
  }

  @Test("tell how far they are also while a step takes long, and end when they are told to")
  func progress() throws {
    let problem = try NineDevices.problem(perOrigin: 6, isEven: false)
    let options = SearchOptions(backward: .fused, iterations: 60)
    let start = try RoutingSearch(problem, options: options).run()
    var told: [ExactProgress] = []
    let end = ExactRoutingSearch(problem, objective: .makespan, incumbent: start).run(timeLimit: .seconds(20))
    {
      told.append($0)
      return told.count < 4
    }
    #expect(told.count == 4)
    #expect(told.allSatisfy { $0.lowerBound <= $0.value * (1 + 1e-9) && $0.nodes <= end.search.nodes })
  }
}
