import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Routes against all routes one by one")
struct RoutingBruteForceTests {
  @Test("the cheapest round trip is the least of all")
  func cheapest() throws {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<40 {
      let problem = try RandomRouting(stages: 2...4).problem(using: &random)
      let model = RoutingModel(problem, fused: true)
      guard !model.graph.isEmpty else { continue }
      var cheapest = CheapestRoute(model)
      let prices = [Double](repeating: 0, count: model.lanes.count)
      for microbatch in problem.origins.indices {
        let solved = cheapest.route(from: Int(model.origins[microbatch]), scale: 1, prices: prices)
        let found = try #require(solved)
        let least = problem.routes(of: microbatch).map { roundTrip($0, of: problem) }.min()
        #expect(abs(found.cost - (least ?? 0)) < 1e-9)
        let route = model.route(of: microbatch, over: found.path)
        #expect(abs(roundTrip(route, of: problem) - found.cost) < 1e-9)
      }
    }
  }

  private func roundTrip(_ route: Route, of problem: RoutingProblem) -> Double {
    var time = 0.0
    for visit in route.visits {
      let stage = problem.stages[visit.stage.index]
      time += (stage.work) / problem.devices[visit.device.index].speed
    }
    for (here, there) in zip(route.visits, route.visits.dropFirst()) {
      time += problem.communication.latency(from: here.device, to: there.device)
      time += problem.communication.latency(from: there.device, to: here.device)
    }
    return time
  }

  @Test("routes are found exactly where there are any, and refusals name changes that help", arguments: 0..<2)
  func feasibility(shape: Int) throws {
    var random = SeededGenerator(seed: 60 + shape)
    var (found, refused) = (0, 0)
    for _ in 0..<16 {
      let problem = try RandomRouting(stages: 2...3, microbatches: 2...2).problem(using: &random) { rules in
        rules.visitsPerStage = shape == 0 ? .balanced : .any
      }
      let limits = problem.devices.map { _ in Int.random(in: 1...2, using: &random) }
      var rules = problem.rules
      rules.visitsPerDevice = limits
      let limited = try problem.with(rules: rules)
      let options = SearchOptions(iterations: 200)
      let result = Result { () throws(RoutingRefusal) in
        try RoutingSearch(limited, options: options).run()
      }
      switch result {
      case .success(let result):
        found += 1
        let schedule = Schedule(problem: result.problem, orders: result.search.orders)
        #expect(ScheduleChecker(RecordedSchedule(schedule: schedule)).violations().isEmpty)
      case .failure(let refusal):
        refused += 1
        #expect(limited.choices.isEmpty, "\(refusal)")
        if case .notFound = refusal.reason { Issue.record("expected a proof") }
      }
    }
    #expect(found > 2 && refused > 2)
  }

  @Test(
    "no routes beat the bound, and the search finds the best",
    arguments: [SearchOptions.Backward.split, .fused])
  func optimum(backward: SearchOptions.Backward) throws {
    var random = SeededGenerator(seed: 77)
    var best = 0
    for _ in 0..<5 {
      let problem = try RandomRouting(stages: 2...3, microbatches: 2...2).problem(using: &random)
      let choices = problem.choices
      guard !choices.isEmpty else { continue }
      var optimum = Double.infinity
      for choice in choices {
        let routed = try problem.problem(routes: choice)
        guard LowerBound.simple(for: routed, objective: .makespan).value < optimum else { continue }
        optimum = min(optimum, shortest(routed, backward))
      }
      let bound = LowerBound.best(
        for: problem, objective: .makespan, scope: backward == .fused ? .fused : .all)
      #expect(bound.value <= optimum * (1 + 1e-9))
      let found = try RoutingSearch(
        problem, options: SearchOptions(backward: backward, iterations: 300)
      ).run()
      if backward == .split { #expect(found.search.value >= optimum * (1 - 1e-9)) }
      if found.search.value <= optimum * (1 + 1e-9) { best += 1 }
    }
    #expect(best >= 2)
  }

  private func shortest(_ problem: Problem, _ backward: SearchOptions.Backward) -> Double {
    // Orders are decided exactly where backwards are split and times are on the decimal grid; otherwise they are few
    // and soon found.
    let moves = backward == .fused ? 60 : 1_000
    let result = Search(problem, options: SearchOptions(backward: backward, iterations: moves)).run()
    if backward == .fused { return result.value }
    return ExactSearch(
      problem, objective: .makespan, incumbent: (result.orders, result.value), lowerBound: result.bound
    ).run(nodeLimit: 2_000).value
  }
}
