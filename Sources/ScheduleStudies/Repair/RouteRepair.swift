import PipelineModel

/// Finds new hosts for visits that lost theirs, moving as few as can be: of the ways of a microbatch that move equally
/// few visits, the one whose new hosts have least to do, and then the one with the shortest latencies.
struct RouteRepair {
  private let problem: Problem
  /// The hosts of every stage that are left.
  private let hosts: [[Device.ID]]
  private let breakages: [Breakage]
  /// The work of each device, of all microbatches whose way is known.
  private var load: [Double]

  /// - Parameter problem: as it was; its devices may be slower and its links longer than before.
  init(_ problem: Problem, hosts: [[Device.ID]], breakages: [Breakage]) {
    self.problem = problem
    self.hosts = hosts
    self.breakages = breakages
    load = Array(repeating: 0, count: problem.deviceCount)
  }

  /// The route of every microbatch; those that are whole stay as they are.
  ///
  /// - Throws: `RepairRefusal` where a microbatch has no way.
  /// - Complexity: O(visits) and, for each distinct broken route, O(visits x hosts²) on chains.
  mutating func routes() throws(RepairRefusal) -> [Route] {
    var routes = problem.microbatches.indices.map { problem.route(of: Microbatch.ID($0)) }
    // Pieces of one sequence share its way.
    let sequences = stride(from: 0, to: routes.count, by: problem.pieces).map { $0..<$0 + problem.pieces }
    let broken = sequences.filter { !isWhole(routes[$0.lowerBound]) }
    let brokenFirsts = Set(broken.map(\.lowerBound))
    for sequence in sequences where !brokenFirsts.contains(sequence.lowerBound) { add(sequence, routes) }
    for sequence in broken {
      let route = try way(of: Microbatch.ID(sequence.lowerBound))
      for microbatch in sequence { routes[microbatch] = route }
      add(sequence, routes)
    }
    return routes
  }

  /// Moves visits of slow devices to other hosts of their stages, one by one, as long as the busier of the two has less
  /// to do after it. O(moves x visits).
  ///
  /// - Parameter slow: the devices to move from.
  mutating func relieve(_ slow: Set<Device.ID>, in routes: [Route]) -> [Route] {
    var routes = routes
    for device in slow.sorted() {
      for first in stride(from: problem.microbatchCount - problem.pieces, through: 0, by: -problem.pieces) {
        let sequence = first..<first + problem.pieces
        for place in routes[first].visits.indices where routes[first].visits[place].device == device {
          let saved = work(of: sequence, at: routes[first].visits[place])
          let others = hosts[routes[first].visits[place].stage.index].filter { !slow.contains($0) }
          let moved = others.map { other in
            var visits = routes[first].visits
            visits[place].device = other
            return Route(visits: visits)
          }
          let better = moved.filter { route in
            isWhole(route)
              && load[route.visits[place].device.index] + work(of: sequence, at: route.visits[place])
                < load[device.index]
          }
          let best = better.min {
            load[$0.visits[place].device.index] < load[$1.visits[place].device.index]
          }
          guard let best else { continue }
          load[device.index] -= saved
          load[best.visits[place].device.index] += work(of: sequence, at: best.visits[place])
          for microbatch in sequence { routes[microbatch] = best }
        }
      }
    }
    return routes
  }

  private mutating func add(_ sequence: Range<Int>, _ routes: [Route]) {
    for visit in routes[sequence.lowerBound].visits {
      load[visit.device.index] += work(of: sequence, at: visit)
    }
  }

  private func work(of sequence: Range<Int>, at visit: Route.Visit) -> Double {
    sequence.reduce(0) { $0 + problem.costs(at: visit, of: Microbatch.ID($1)).work }
  }

  /// Whether every visit has its host, and every message its link.
  private func isWhole(_ route: Route) -> Bool {
    let visits = route.visits
    return visits.allSatisfy { hosts[$0.stage.index].contains($0.device) && mayBe($0, on: visits[0].device) }
      && RouteLinks(of: visits, stages: problem.stages).inputs.enumerated().allSatisfy { place, inputs in
        inputs.allSatisfy { getsThrough(from: visits[$0].device, to: visits[place].device) }
      }
  }

  /// Whether a route that starts on a device may have a visit: where there is a head, it is where the route began.
  private func mayBe(_ visit: Route.Visit, on origin: Device.ID) -> Bool {
    visit.stage != problem.skipReorder?.head || visit.device == origin
  }

  /// Whether messages get through both ways.
  private func getsThrough(from one: Device.ID, to other: Device.ID) -> Bool {
    one == other || (!breakages.cut(one, other) && latency(one, other).isFinite)
  }

  private func latency(_ one: Device.ID, _ other: Device.ID) -> Double {
    problem.communication.latency(from: one, to: other) + problem.communication.latency(from: other, to: one)
  }
}

// MARK: The way of one microbatch

extension RouteRepair {
  /// What a way costs so far, the first figure first.
  private struct Cost: Comparable {
    var moves = 0
    var load = 0.0
    var latency = 0.0

    static func < (left: Cost, right: Cost) -> Bool {
      (left.moves, left.load, left.latency) < (right.moves, right.load, right.latency)
    }
  }

  private struct Way {
    var devices: [Device.ID] = []
    var cost = Cost()
  }

  /// The cheapest way, visit by visit: of those that agree on the hosts that later visits still hear of, one is kept.
  private func way(of microbatch: Microbatch.ID) throws(RepairRefusal) -> Route {
    let visits = problem.route(of: microbatch).visits
    let links = RouteLinks(of: visits, stages: problem.stages)
    var ways = [Way()]
    for (place, visit) in visits.enumerated() {
      var best: [[Device.ID]: Way] = [:]
      let hasHead = problem.skipReorder?.head != nil
      let open = (0...place).filter { ($0 == 0 && hasHead) || links.outputs[$0].contains { $0 > place } }
      for way in ways {
        for host in hosts[visit.stage.index] {
          guard let next = extended(way, to: host, for: microbatch, visits, links.inputs[place]) else {
            continue
          }
          let key = open.map { next.devices[$0] }
          if let known = best[key], known.cost <= next.cost { continue }
          best[key] = next
        }
      }
      guard !best.isEmpty else {
        throw .cutOff(microbatch, from: visits[max(0, place - 1)].stage, to: visit.stage)
      }
      // In an order of their own: a dictionary has another one in every run.
      ways = best.values.sorted { $0.devices.lexicographicallyPrecedes($1.devices) }
    }
    let cheapest = ways.min { $0.cost < $1.cost }
    return Route(
      visits: zip(visits, cheapest?.devices ?? []).map { Route.Visit(stage: $0.stage, device: $1) })
  }

  private func extended(
    _ way: Way, to host: Device.ID, for microbatch: Microbatch.ID, _ visits: [Route.Visit], _ inputs: [Int]
  ) -> Way? {
    let visit = visits[way.devices.count]
    guard mayBe(Route.Visit(stage: visit.stage, device: host), on: way.devices.first ?? host) else {
      return nil
    }
    var next = way
    for input in inputs where input < way.devices.count {
      guard getsThrough(from: way.devices[input], to: host) else { return nil }
      next.cost.latency += latency(way.devices[input], host)
    }
    if host != visit.device {
      next.cost.moves += 1
      next.cost.load +=
        load[host.index]
        + problem.costs(at: Route.Visit(stage: visit.stage, device: host), of: microbatch).work
    }
    next.devices.append(host)
    return next
  }
}
