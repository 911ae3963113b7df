import PipelineModel
import TestSupport

/// A random problem of at most 5 devices, 6 stages and 5 microbatches, and random orders that can run.
struct RandomSchedule {
  var problem: Problem
  var orders: [[Operation]]

  init(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    problem = try Self.problem(&random)
    orders = Self.orders(of: problem, &random)
  }

  private static func problem(_ random: inout SeededGenerator) throws -> Problem {
    let deviceCount = 1 + random.below(5)
    let stageCount = 1 + random.below(6)
    let microbatchCount = 1 + random.below(5)
    let stages = (0..<stageCount).map { _ in
      let activation = random.cost(upTo: 3)
      return Stage(
        forward: random.cost(upTo: 5), backwardInput: random.cost(upTo: 5),
        backwardWeight: random.cost(upTo: 5), activationForB: activation,
        activationForW: activation * Double(random.below(3)) / 2, staticMemory: random.cost(upTo: 2))
    }
    // Several stages per device, some of them on several devices.
    let hosts = (0..<stageCount).map { _ in
      let devices = (0..<deviceCount).map { Device.ID($0) }.shuffled(using: &random)
      return Array(devices.prefix(random.chance(0.3) ? 2 : 1))
    }
    let routes = (0..<microbatchCount).map { _ in Self.route(hosts: hosts, &random) }
    let latency = (0..<deviceCount).map { _ in
      (0..<deviceCount).map { _ in random.cost(upTo: 2) }
    }
    return try Problem(
      devices: (0..<deviceCount).map { _ in
        Device(
          optimizerStep: random.cost(upTo: 3), speed: random.chance(0.5) ? 1 : 0.5 + random.cost(upTo: 2))
      },
      stages: stages,
      microbatches: (0..<microbatchCount).map { _ in Microbatch(scale: 0.25 * Double(1 + random.below(8))) },
      placement: .explicit(hosts),
      communication: random.chance(0.5) ? .matrix(latency) : .uniform(random.cost(upTo: 2)),
      routes: (routes, Array(0..<microbatchCount)))
  }

  /// Some of the stages, mostly in order, each on one of its hosts.
  private static func route(hosts: [[Device.ID]], _ random: inout SeededGenerator) -> Route {
    var stages = hosts.indices.filter { _ in random.chance(0.8) }
    if stages.isEmpty { stages = [random.below(hosts.count)] }
    if random.chance(0.3) { stages.shuffle(using: &random) }
    return Route(
      visits: stages.map {
        Route.Visit(stage: Stage.ID($0), device: hosts[$0][random.below(hosts[$0].count)])
      })
  }

  /// Takes any operation whose input has run, until none is left.
  private static func orders(of problem: Problem, _ random: inout SeededGenerator) -> [[Operation]] {
    var waiting: [(operation: Operation, device: Device.ID)] = []
    for microbatch in (0..<problem.microbatchCount).map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits {
        let kinds: [Operation.Kind] =
          random.chance(0.4) ? [.forward, .backward] : [.forward, .backwardInput, .backwardWeight]
        for kind in kinds {
          waiting.append((Operation(kind, stage: visit.stage, microbatch: microbatch), visit.device))
        }
      }
    }
    var orders = [[Operation]](repeating: [], count: problem.deviceCount)
    var done = Set<Operation>()
    while !waiting.isEmpty {
      let ready = waiting.indices.filter { index in
        SlowTimeline.inputs(of: waiting[index].operation, in: problem).allSatisfy {
          !done.isDisjoint(with: $0)
        }
      }
      let (operation, device) = waiting.remove(at: ready[random.below(ready.count)])
      done.insert(operation)
      orders[device.index].append(operation)
    }
    return orders
  }
}
