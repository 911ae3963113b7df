import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Large neighbourhoods of routes")
struct LargeNeighbourhoodTests {
  /// First routes of a problem, with their makespan.
  private func first(_ problem: RoutingProblem, fused: Bool) throws -> (paths: [Int32], value: Double)? {
    let model = RoutingModel(problem, fused: fused)
    guard model.length > 0,
      let moves = RouteMoves(model, objective: .makespan, spread: 0.5, until: .never)
    else { return nil }
    let chain = RouteChain(moves, floor: 0, seed: 1, index: 0)
    for _ in 0..<1_000 where !chain.best.value.isFinite { chain.improve(moves: 1, from: nil, until: .never) }
    return chain.best.value.isFinite ? (chain.best.plan.paths, chain.best.value) : nil
  }

  private func expectValid(_ found: RoutedOrders) throws {
    let schedule = Schedule(problem: found.problem, orders: found.orders)
    #expect(ScheduleChecker(RecordedSchedule(schedule: schedule)).violations().isEmpty)
    #expect(abs(try Timeline(schedule).makespan - found.value) < 1e-9)
  }

  @Test(
    "reach from first routes what a constraint solver (CP-SAT) proved best, and prove it",
    arguments: [(1, 8.6376), (2, 9.2612), (3, 10.088)])
  func optima(perOrigin: Int, optimum: Double) throws {
    let balanced = try NineDevices.problem(perOrigin: perOrigin, isEven: false)
    var rules = balanced.rules
    rules.visitsPerDevice = nil
    let problem = try balanced.with(rules: rules)
    var known = try #require(try first(problem, fused: true))
    let model = RoutingModel(problem, fused: true, shrunk: true)
    let neighbourhoods = try #require(
      LargeNeighbourhood(model, below: known.value, seed: 1, chain: 0))
    var found: RoutedOrders?
    for _ in 0..<60 {
      if let better = neighbourhoods.improve(known.paths, below: known.value, work: 4_000_000, until: .never)
      {
        #expect(better.value < known.value)
        try expectValid(better)
        known = (better.paths, better.value)
        found = better
      }
      #expect(neighbourhoods.lowerBound <= optimum * (1 + 1e-9))
      if abs(known.value - optimum) < 1e-9 { break }
    }
    #expect(abs(known.value - optimum) < 1e-9)
    #expect(found != nil)
  }

  @Test("keep the rules of random problems, and prove no more than is true", arguments: [false, true])
  func random(fused: Bool) throws {
    var random = SeededGenerator(seed: fused ? 31 : 32)
    var (shorter, proved) = (0, 0)
    for _ in 0..<40 {
      let shape = RandomRouting(
        stages: 2...4, microbatches: 2...4, shared: Bool.random(using: &random) ? 2 : nil, limits: true,
        scalesAndSteps: true)
      let problem = try shape.problem(using: &random)
      guard let known = try first(problem, fused: fused) else { continue }
      let model = RoutingModel(problem, fused: fused, shrunk: true)
      guard let neighbourhoods = LargeNeighbourhood(model, below: known.value, seed: 1, chain: 0) else {
        continue
      }
      let found = neighbourhoods.improve(known.paths, below: known.value, work: 400_000, until: .never)
      if let found {
        shorter += 1
        #expect(found.value < known.value)
        try expectValid(found)
      }
      proved += neighbourhoods.lowerBound > 0 ? 1 : 0
      let options = SearchOptions(backward: fused ? .fused : .auto, iterations: 4_000)
      let best = try RoutingSearch(problem, options: options).run()
      #expect(neighbourhoods.lowerBound <= best.search.value * (1 + 1e-9))
    }
    #expect(shorter > 3 && proved > 3, "\(shorter) \(proved)")
  }
}
