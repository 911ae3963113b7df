import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Sums of visits")
struct VisitSearchTests {
  @Test("tell whether any routes keep the limits, also on devices with several stages")
  func bruteForce() throws {
    var random = SeededGenerator(seed: 12)
    var (found, refused, unseen) = (0, 0, 0)
    for _ in 0..<120 {
      let shape = RandomRouting(
        stages: 3...4, microbatches: 2...3, shared: Int.random(in: 2...3, using: &random))
      let free = try shape.problem(using: &random)
      var rules = free.rules
      rules.visitsPerDevice = free.devices.map { _ in Int.random(in: 1...3, using: &random) }
      if Bool.random(using: &random) { rules.visitsPerStage = .balanced }
      let problem = try free.with(rules: rules)
      let model = RoutingModel(problem, fused: true)
      guard !model.graph.isEmpty, free.choiceCount < 3_000 else { continue }
      let choices = problem.choices
      switch VisitSearch(model).run() {
      case .open: Issue.record("expected an answer")
      case .none:
        #expect(choices.isEmpty)
        refused += 1
        if model.refusal() == nil { unseen += 1 }
      case .found(let paths):
        let routes = problem.origins.indices.map {
          model.route(of: $0, over: paths[$0 * model.length..<($0 + 1) * model.length])
        }
        #expect(choices.contains(routes))
        found += 1
      }
    }
    #expect(found > 20 && refused > 20 && unseen > 0)
  }

  @Test("decide what a flow of visits leaves open: two stages that share a device")
  func shared() throws {
    // Stages 1 and 2 are on device 1, which takes two visits; both microbatches visit both stages.
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    func problem(limit: Int) throws -> RoutingProblem {
      try RoutingProblem(
        Problem(
          devices: [Device(), Device()], stages: [stage, stage, stage],
          microbatches: [Microbatch(), Microbatch()],
          placement: .explicit([[0], [1], [1]].map { $0.map { Device.ID($0) } }), communication: .uniform(0),
          skipReorder: SkipReorderRules(stagesPerMicrobatch: 3, visitsPerDevice: [2, limit]),
          routes: ([Route(visits: [.init(stage: Stage.ID(0), device: Device.ID(0))])], [0, 0])))
    }
    #expect(RoutingModel(try problem(limit: 2), fused: false).refusal() == nil)
    let search = RoutingSearch(try problem(limit: 2), options: SearchOptions(iterations: 10))
    #expect {
      try search.run()
    } throws: { error in
      let refusal = error as? RoutingRefusal
      return refusal?.reason == .noRoutes
        && refusal?.changes.contains(.init(rule: "visitsPerDevice", step: 2)) == true
    }
    let found = try RoutingSearch(try problem(limit: 4), options: SearchOptions(iterations: 10)).run()
    #expect(found.problem.visitCount == 6)
  }
}

extension RoutingProblem {
  /// How many choices of routes there are, limits left aside.
  var choiceCount: Double {
    origins.indices.reduce(1) { $0 * Double(routes(of: $1).count) }
  }
}
