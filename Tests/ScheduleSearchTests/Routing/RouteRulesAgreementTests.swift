import PipelineModel
import TestSupport
import Testing

@testable import ScheduleChecker
@testable import ScheduleSearch

@Suite("The checker and the search read the rules of routes alike")
struct RouteRulesAgreementTests {
  @Test("on random routes, valid and broken")
  func agree() throws {
    var random = SeededGenerator(seed: 51)
    var (kept, broken) = (0, 0)
    var kinds: Set<String> = []
    for trial in 0..<900 {
      let shape = RandomRouting(stages: 2...5, microbatches: 1...4, limits: true)
      let drawn = try? shape.problem(using: &random) { rules in
        if trial % 4 == 0 { rules.visitsPerStage = .balanced }
        if trial % 3 == 0, rules.stagesPerMicrobatch > 1 { rules.alwaysVisit.append(Stage.ID(1)) }
      }
      guard let problem = drawn else { continue }
      let model = RoutingModel(problem, fused: false)
      // One microbatch in six strays, so that single breaches are as frequent as many.
      let routes = problem.origins.indices.map { microbatch in
        let valid = problem.routes(of: microbatch)
        let strays = valid.isEmpty || Int.random(in: 0...5, using: &random) == 0
        return strays
          ? problem.anyRoute(using: &random) : valid[Int.random(in: valid.indices, using: &random)]
      }
      guard let routed = try? problem.naming(routes) else { continue }
      let violations = RouteRules(routed)?.violations() ?? []
      #expect(violations.isEmpty == model.keeps(routes), "\(problem.rules) \(routes) \(violations)")
      kept += violations.isEmpty ? 1 : 0
      broken += violations.isEmpty ? 0 : 1
      kinds.formUnion(violations.map(\.name))
    }
    #expect(kept > 100 && broken > 200)
    #expect(
      kinds == [
        "origin", "start", "head", "count", "skip", "far swap", "swaps", "jump", "stage visits",
        "device visits",
      ])
  }

  @Test("on sequences that are given")
  func sequences() throws {
    var random = SeededGenerator(seed: 52)
    var (kept, broken) = (0, 0)
    for _ in 0..<120 {
      let drawn = try RandomRouting(stages: 3...4, microbatches: 1...2).problem(using: &random)
      let orders = drawn.orders
      guard orders.count > 1 else { continue }
      var rules = drawn.rules
      rules.sequences = Array(orders.shuffled(using: &random).prefix(orders.count / 2))
      let problem = try drawn.with(rules: rules)
      let model = RoutingModel(problem, fused: false)
      let routes = drawn.origins.indices.map { microbatch in
        let any = drawn.routes(of: microbatch)
        return any[Int.random(in: any.indices, using: &random)]
      }
      guard let routed = try? problem.naming(routes) else { continue }
      let isKept = RouteRules(routed)?.violations().isEmpty ?? true
      #expect(isKept == model.keeps(routes))
      kept += isKept ? 1 : 0
      broken += isKept ? 0 : 1
    }
    #expect(kept > 10 && broken > 10)
  }
}

extension RoutingModel {
  /// Whether a search could have chosen the routes.
  fileprivate func keeps(_ routes: [Route]) -> Bool {
    var counts = VisitCounts(self)
    for (microbatch, route) in routes.enumerated() {
      var visits = route.visits[...]
      guard visits.first == Route.Visit(stage: Stage.ID(0), device: problem.origins[microbatch]) else {
        return false
      }
      if let head = problem.rules.head {
        guard visits.last == Route.Visit(stage: head, device: problem.origins[microbatch]) else {
          return false
        }
        visits = visits.dropLast()
      }
      let body = visits.dropFirst()
      guard graph.contains(body.map(\.stage.rawValue)) else { return false }
      for visit in body {
        guard
          let lane = lanes.firstIndex(where: {
            $0.stage == visit.stage.index && $0.device == visit.device.index
          })
        else { return false }
        counts.add(Int32(lane))
      }
    }
    return counts.excess == 0
  }
}

extension RoutingProblem {
  /// Some stages in some order on hosts of theirs.
  fileprivate func anyRoute(using random: inout SeededGenerator) -> Route {
    let all = stages.indices.shuffled(using: &random)
    var order = Array(all.prefix(Int.random(in: 1...all.count, using: &random)))
    if Bool.random(using: &random) { order = [0] + order.filter { $0 != 0 } }
    if let head = rules.head?.index, Bool.random(using: &random) {
      order = order.filter { $0 != head } + [head]
    }
    return Route(
      visits: order.map { stage in
        Route.Visit(
          stage: Stage.ID(stage), device: hosts[stage][Int.random(in: hosts[stage].indices, using: &random)])
      })
  }

  /// The problem with routes, whose microbatches name the origins that the search would take.
  fileprivate func naming(_ routes: [Route]) throws -> Problem {
    var parts = ProblemParts(of: try problem(routes: routes))
    for (index, origin) in origins.enumerated() { parts.microbatches[index].origin = origin }
    return try parts.problem()
  }
}

extension Violation {
  /// Which rule is broken.
  fileprivate var name: String {
    switch kind {
    case .wrongOrigin: "origin"
    case .stageVisits: "stage visits"
    case .deviceVisits: "device visits"
    case .breaksRoute(let breach):
      switch breach {
      case .startsAt: "start"
      case .lacksHead: "head"
      case .stageCount: "count"
      case .skips: "skip"
      case .swapsTooFar: "far swap"
      case .swaps: "swaps"
      case .jumpsTooFar: "jump"
      case .otherSequence: "sequence"
      }
    default: "other"
    }
  }
}
