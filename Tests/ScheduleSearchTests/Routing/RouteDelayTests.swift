import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Turns that depart from the rule of dispatch")
struct RouteDelayTests {
  /// The model of nine devices, with the published paths for some rules.
  private func published() throws -> (model: RoutingModel, paths: [[Int32]]) {
    let published = NineDevices.published[1]
    let model = RoutingModel(
      try NineDevices.problem(perOrigin: published.perOrigin, isEven: published.isEven), fused: true)
    let laneOfDevice = Dictionary(
      uniqueKeysWithValues: model.lanes.enumerated().filter { $1.stage > 0 }.map { ($1.device, Int32($0)) })
    return (model, published.paths.map { path in path.compactMap { laneOfDevice[$0] } })
  }

  @Test("change the orders, and the simulator still times them as the timeline does")
  func random() throws {
    let (model, paths) = try published()
    var simulator = RouteSimulator(model)
    for (microbatch, path) in paths.enumerated() { simulator.set(microbatch, path: path[...]) }
    let routes = paths.enumerated().map { model.route(of: $0, over: $1) }
    let problem = try model.problem.problem(routes: routes)
    var random = SeededGenerator(seed: 3)
    var values: Set<Double> = []
    for rule in DispatchRule.all {
      for _ in 0..<20 {
        for step in 0..<simulator.steps.count {
          simulator.delays[step] = (Double.random(in: -1...1, using: &random) / model.instant).rounded()
        }
        let value = simulator.run(rule, records: true)
        guard value.isFinite else { continue }
        let timeline = try Timeline(Schedule(problem: problem, orders: simulator.orders))
        #expect(abs(timeline.makespan - value) < 1e-9)
        values.insert((value * 1e6).rounded())
      }
    }
    #expect(values.count > 10)
  }

  @Test("are taken back with the move that made them")
  func undo() throws {
    let (model, paths) = try published()
    guard var moves = RouteMoves(model, objective: .makespan, spread: 0, until: .never) else {
      Issue.record("there are routes")
      return
    }
    let isRight = moves.start(
      from: Candidate(RoutePlan(paths: paths.flatMap(\.self), rule: DispatchRule.all[0])))
    #expect(isRight)
    var random = FastRandom(seed: 7)
    for _ in 0..<400 {
      let before = moves.plan
      let isKept = moves.tryMove(heat: 0.001, random: &random)
      let after = moves.plan
      #expect(isKept || after == before)
      var simulator = RouteSimulator(model)
      for microbatch in paths.indices { simulator.set(microbatch, path: moves.path(of: microbatch)) }
      for (step, delay) in after.delays.enumerated() { simulator.delays[step] = delay }
      let (value, known) = (simulator.run(after.rule), moves.score.value)
      #expect(value == known)
    }
    let last = moves.plan
    #expect(last.delays.contains { $0 != 0 })
  }
}
