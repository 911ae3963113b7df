import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Bounds for any routes")
struct RoutingBoundTests {
  /// Two pipelines of three devices of which the last device of one is lost.
  private func lostDevice(_ change: (inout SkipReorderRules) -> Void) throws -> RoutingProblem {
    var rules = SkipReorderRules(stagesPerMicrobatch: 3)
    change(&rules)
    let hosts = [[0, 3], [1, 4], [2]].map { $0.map { Device.ID($0) } }
    return try RoutingProblem(
      Problem(
        devices: Array(repeating: Device(), count: 5),
        stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
        microbatches: Array(repeating: Microbatch(), count: 8), placement: .explicit(hosts),
        skipReorder: rules,
        routes: (
          hosts[0].map { Route(visits: [.init(stage: Stage.ID(0), device: $0)]) }, [0, 0, 0, 0, 1, 1, 1, 1]
        )))
  }

  @Test("a stage that nobody can skip is visited by all, and only after the stages before it")
  func lostDevice() throws {
    // Two forwards come before the first of the eight visits of device 2, each of which takes 3.
    for always in [[0], [0, 1, 2]] {
      let problem = try lostDevice { $0.alwaysVisit = always.map { Stage.ID($0) } }
      let bound = LowerBound.best(for: problem, objective: .makespan)
      #expect(abs(bound.value - 26) < 1e-9)
      #expect(bound.argument == .visits(Stage.ID(2), count: 8))
      #expect(abs(LowerBound.best(for: problem, objective: .period).value - 24) < 1e-9)
      let found = try RoutingSearch(problem, options: SearchOptions(iterations: 2_000)).run()
      #expect(found.search.value == 26)
    }
  }

  @Test("without any order of stages nothing is bounded")
  func noOrder() throws {
    let problem = try lostDevice {
      $0.stagesPerMicrobatch = 2
      $0.alwaysVisit = [Stage.ID(2)]
      $0.maxForwardJump = 1
    }
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 0)
  }

  @Test(
    "stages are visited as often as the others leave over, and reached no sooner, than routes one by one tell"
  )
  func parts() throws {
    var random = SeededGenerator(seed: 90)
    var (exact, more, reached) = (0, 0, 0)
    for trial in 0..<80 {
      let shape = RandomRouting(
        stages: 2...4, replicas: 1...3, microbatches: 1...3, speeds: [1, 2, 4],
        shared: trial % 3 == 0 ? 3 : nil,
        limits: true, scalesAndSteps: true)
      guard let problem = try? shape.problem(using: &random), problem.routeCount < 400 else { continue }
      let model = RoutingModel(problem, fused: false)
      guard model.refusal() == nil else { continue }
      let bound = RoutingBound(problem, fused: false, objective: .makespan)
      let ways = try #require(bound.ways)
      let routes = problem.origins.indices.map { problem.routes(of: $0) }
      for (lane, entry) in model.lanes.enumerated() {
        let visit = Route.Visit(stage: Stage.ID(entry.stage), device: Device.ID(entry.device))
        let trips = zip(routes, problem.microbatches).flatMap { routes, microbatch in
          routes.compactMap { problem.trip(of: $0, to: visit, scale: microbatch.scale.uniform ?? .nan) }
        }
        reached += trips.isEmpty ? 0 : 1
        let (arrival, home) = (trips.map(\.there).min() ?? .infinity, trips.map(\.back).min() ?? .infinity)
        #expect(ways.arrivals[lane] == arrival || abs(ways.arrivals[lane] - arrival) < 1e-9)
        #expect(ways.returns[lane] == home || abs(ways.returns[lane] - home) < 1e-9)
      }
      guard problem.choiceCount < 3_000 else { continue }
      let choices = problem.choices
      guard !choices.isEmpty else { continue }
      for stage in 1..<model.bodyCount {
        let visits = choices.map { $0.flatMap(\.visits).count { $0.stage.index == stage } }.min() ?? 0
        let owed = bound.visitsOwed(to: stage)
        #expect(owed <= visits)
        exact += owed == visits ? 1 : 0
        more += owed > model.stageVisits[stage].lowerBound ? 1 : 0
      }
    }
    #expect(exact > 50 && more > 10 && reached > 150, "\(exact) \(more) \(reached)")
  }

  @Test(
    "are above no schedule of any routes, with limits, replicas, speeds, scales and steps",
    arguments: Objective.allCases)
  func optimum(objective: Objective) throws {
    var random = SeededGenerator(seed: 91)
    var (tried, met, byVisits, byPaths) = (0, 0, 0, 0)
    for trial in 0..<90 {
      let shape = RandomRouting(
        stages: 2...3, replicas: 1...3, microbatches: 2...3, speeds: [1, 2],
        shared: trial % 4 == 0 ? nil : trial % 4 == 1 ? 2 : 1, limits: true, scalesAndSteps: trial % 2 == 0)
      // Where nothing is skipped stages are crowded.
      let drawn = try? shape.problem(using: &random) { rules in
        if trial % 3 > 0 { rules.stagesPerMicrobatch = rules.head?.index ?? 2 }
      }
      guard let problem = drawn, problem.choiceCount <= 4 else { continue }
      let optimum = try problem.choices.compactMap { try? problem.problem(routes: $0) }
        .reduce(Double.infinity) { min($0, try best($1, objective, below: $0)) }
      guard optimum.isFinite else { continue }
      let bound = LowerBound.best(for: problem, objective: objective)
      #expect(bound.value <= optimum * (1 + 1e-9), "\(bound.explanation)")
      tried += 1
      met += bound.value >= optimum * (1 - 1e-9) ? 1 : 0
      let simpler = RoutingBound(problem, fused: false, objective: objective)
        .best(until: nil, deadline: .never)
      #expect(simpler.value <= bound.value)
      if case .visits = simpler.argument { byVisits += 1 }
      if case .paths = bound.argument { byPaths += 1 }
    }
    #expect(tried > 15 && met > 5, "\(tried) \(met)")
    if objective == .makespan { #expect(byVisits > 1 && byPaths > 1) }
  }

  /// The least value for routes, or any from `limit` on.
  private func best(_ problem: Problem, _ objective: Objective, below limit: Double) throws -> Double {
    let bound = LowerBound.best(for: problem, objective: objective)
    guard bound.value < limit else { return limit }
    let model = SearchModel(problem, fused: false)
    let scheduler = GreedyScheduler(model)
    let order = scheduler.run(.cautious)
    let orders = model.orders(of: try #require(order))
    let summary = try Timeline(Schedule(problem: problem, orders: orders)).summary
    let value = objective == .makespan ? summary.makespan : summary.period
    return ExactSearch(
      problem, objective: objective, incumbent: (orders, value), lowerBound: bound
    ).run(nodeLimit: 100).value
  }
}

extension RoutingProblem {
  /// What lies between the start of a microbatch and a visit, and between the end of the visit's `B` and the end of
  /// the microbatch; `nil` where its route does not make the visit.
  fileprivate func trip(of route: Route, to visit: Route.Visit, scale: Double) -> (
    there: Double, back: Double
  )? {
    guard let position = route.visits.firstIndex(of: visit) else { return nil }
    let origin = devices[route.visits[0].device.index]
    func time(_ kind: Operation.Kind, _ visit: Route.Visit) -> Double {
      scale * (frame.costs(at: visit, inModes: 0).duration(of: kind) ?? 0)
    }
    var (there, back) = (0.0, time(.backwardWeight, route.visits[0]) + origin.optimizerStep)
    for (here, next) in zip(route.visits, route.visits.dropFirst()).prefix(position) {
      there += time(.forward, here) + communication.latency(from: here.device, to: next.device)
      back += time(.backwardInput, here) + communication.latency(from: next.device, to: here.device)
    }
    return (there, back)
  }

  /// How many routes there are over all microbatches.
  fileprivate var routeCount: Int { origins.indices.reduce(0) { $0 + routes(of: $1).count } }
}
