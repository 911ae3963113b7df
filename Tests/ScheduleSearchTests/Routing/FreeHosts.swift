import PipelineModel
import TestSupport

@testable import ScheduleSearch

/// A tiny problem whose hosts are open, with any features, and its best values over all choices and orders.
struct FreeHosts {
  let problem: RoutingProblem
  /// Every choice of hosts that some orders can take.
  let choices: [Problem]
  private let best: (makespan: Double, period: Double)

  /// Whether anything is computed once more, or comes back from a host.
  var hasPreparations: Bool { choices.contains(where: \.hasPreparations) }
  /// Whether anything comes back from a host.
  var hasReloads: Bool { choices.contains(where: \.hasReloads) }
  func optimum(_ objective: Objective) -> Double { objective == .makespan ? best.makespan : best.period }

  /// Problems of which each choice of hosts has at most `limit` choices of orders, and some choice has several.
  static func draws(
    _ count: Int, of shape: RandomProblem, passes: BruteForce.Passes, limit: Int, seed: Int
  ) throws -> [FreeHosts] {
    var random = SeededGenerator(seed: seed)
    var found: [FreeHosts] = []
    while found.count < count {
      let drawn = try shape.problem(using: &random)
      if let one = try FreeHosts(drawn, passes: passes, limit: limit, using: &random) { found.append(one) }
    }
    return found
  }

  /// Leaves the hosts of a problem open; `nil` where there are too many choices, or none or only one that can be taken.
  private init?(
    _ drawn: Problem, passes: BruteForce.Passes, limit: Int, using random: inout SeededGenerator
  ) throws {
    var parts = ProblemParts(of: drawn)
    parts.routes = nil
    // One stage at least is on several devices; the first one often.
    let replicated = Bool.random(using: &random) ? 0 : Int.random(in: drawn.stages.indices, using: &random)
    var hosts = drawn.hosts
    let others = drawn.devices.indices.map { Device.ID($0) }.filter { !hosts[replicated].contains($0) }
    if let other = others.randomElement(using: &random) { hosts[replicated].append(other) }
    parts.placement = .explicit(hosts)
    for index in parts.microbatches.indices where Int.random(in: 0..<4, using: &random) == 0 {
      parts.microbatches[index].origin = hosts[0].randomElement(using: &random)
    }
    guard hosts.contains(where: { $0.count > 1 }), let problem = try? RoutingProblem(parts: parts) else {
      return nil
    }
    let all = problem.hostChoices
    guard all.count <= 16 else { return nil }
    var (choices, best) = ([Problem](), (makespan: Double.infinity, period: Double.infinity))
    for routes in all {
      guard let routed = try? problem.problem(routes: routes) else { continue }
      guard let force = BruteForce(routed, passes: passes, limit: limit) else { return nil }
      let optimum = force.optimum()
      guard optimum.makespan.isFinite else { continue }
      choices.append(routed)
      best = (min(best.makespan, optimum.makespan), min(best.period, optimum.period))
    }
    guard choices.count > 1 else { return nil }
    (self.problem, self.choices, self.best) = (problem, choices, best)
  }
}

extension RoutingProblem {
  /// Every choice of hosts of all microbatches, which visit all stages in order.
  fileprivate var hostChoices: [[Route]] {
    var choices: [[Route]] = [[]]
    for microbatch in microbatches {
      var routes: [[Route.Visit]] = [[]]
      for (stage, devices) in hosts.enumerated() {
        let open = stage == 0 ? microbatch.origin.map { [$0] } ?? devices : devices
        routes = routes.flatMap { visits in
          open.map { visits + [Route.Visit(stage: Stage.ID(stage), device: $0)] }
        }
      }
      guard choices.count * routes.count <= 64 else { return Array(repeating: [], count: 65) }
      choices = choices.flatMap { choice in routes.map { choice + [Route(visits: $0)] } }
    }
    return choices
  }
}
