import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Devices dealt to stages")
struct PlacementSearchTests {
  /// Six devices with random links and speeds in three stages; two stages per microbatch.
  private func problem(
    using random: inout SeededGenerator, devicesPerStage: [Int] = [2, 2, 2], head: Bool = true
  ) throws -> PlacementProblem {
    let count = devicesPerStage.reduce(0, +)
    let stage = Stage(forward: 1, backwardInput: 1.5, backwardWeight: 0, activationForB: 1, activationForW: 0)
    let loss = Stage(
      forward: 0.25, backwardInput: 0, backwardWeight: 0, activationForB: 0, activationForW: 0)
    let latency = (0..<count).map { _ in (0..<count).map { _ in random.decimal(in: 0...4, decimals: 1) } }
    let parts = ProblemParts(
      Instance(
        devices: (0..<count).map { _ in
          Device(memoryLimit: 2, speed: Double(Int.random(in: 2...4, using: &random)) / 2)
        },
        stages: Array(repeating: stage, count: devicesPerStage.count) + (head ? [loss] : []),
        microbatches: Array(repeating: Microbatch(), count: 4), placement: .sequential,
        communication: .matrix(latency),
        skipReorder: SkipReorderRules(
          stagesPerMicrobatch: 2, head: head ? Stage.ID(devicesPerStage.count) : nil)), routes: nil)
    return try PlacementProblem(parts: parts, devicesPerStage: devicesPerStage)
  }

  /// Every assignment of devices to stages, each once.
  private func orders(_ devices: [Int], by counts: ArraySlice<Int>) -> [[Int]] {
    guard let count = counts.first else { return [[]] }
    return subsets(of: devices, count: count).flatMap { chosen in
      orders(devices.filter { !chosen.contains($0) }, by: counts.dropFirst()).map { chosen + $0 }
    }
  }

  private func subsets(of elements: [Int], count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return elements.indices.flatMap { index in
      subsets(of: Array(elements[(index + 1)...]), count: count - 1).map { [elements[index]] + $0 }
    }
  }

  /// The cost by trying all routes: the longest of the origins' shortest round trips, and the mean over other
  /// devices of the shortest round trip through each.
  private func cost(_ problem: RoutingProblem) -> Double {
    var trips: [(origin: Device.ID, through: Set<Device.ID>, time: Double)] = []
    for microbatch in problem.hosts[0].indices {
      for route in problem.routes(of: microbatch) {
        let visits = route.visits
        let work = visits.map { problem.stages[$0.stage.index].work / problem.devices[$0.device.index].speed }
        let links = zip(visits, visits.dropFirst()).map { here, there in
          problem.communication.latency(from: here.device, to: there.device)
            + problem.communication.latency(from: there.device, to: here.device)
        }
        trips.append(
          (visits[0].device, Set(visits.map(\.device)), work.reduce(0, +) + links.reduce(0, +)))
      }
    }
    let home = problem.hosts[0].map { origin in
      trips.filter { $0.origin == origin }.map(\.time).min() ?? 0
    }
    let others = problem.devices.indices.map { Device.ID($0) }.filter { !problem.hosts[0].contains($0) }
    let through = others.map { device in
      trips.filter { $0.through.contains(device) }.map(\.time).min() ?? 0
    }
    return (home.max() ?? 0) + through.reduce(0, +) / Double(through.count)
  }

  @Test("cost no more than the best of all placements, tried one by one", arguments: 0..<6)
  func bruteForce(seed: Int) throws {
    var random = SeededGenerator(seed: 400 + seed)
    let counts = [[2, 2, 2], [1, 2, 2], [2, 1, 2]][seed % 3]
    let problem = try problem(using: &random, devicesPerStage: counts, head: seed % 2 == 0)
    let all = orders(Array(0..<counts.reduce(0, +)), by: counts[...])
    #expect(all.count == (counts == [2, 2, 2] ? 90 : 30))
    let least = try all.map { order in
      try cost(problem.routing(dealing: order.map { Device.ID($0) }))
    }.min()
    let found = PlacementSearch(problem, options: SearchOptions(iterations: 12_000)).candidates()
    let best = try problem.routing(dealing: found[0].order)
    #expect(abs(cost(best) - (least ?? 0)) < 1e-9)
    #expect(abs(found[0].cost.time - cost(best)) < 1e-9)
    #expect(found[0].cost.unreachable == 0)
  }

  @Test("are the same at the same seed, every device once, the head with the origins")
  func deterministic() throws {
    var random = SeededGenerator(seed: 9)
    let problem = try problem(using: &random)
    let options = SearchOptions(iterations: 800, seed: 5)
    let placed = try PlacementSearch(problem, options: options).run()
    #expect(placed == (try PlacementSearch(problem, options: options).run()))
    #expect(placed.hosts.map(\.count) == [2, 2, 2, 2])
    #expect(placed.hosts[0] == placed.hosts[3])
    #expect(Set(placed.hosts.joined()).count == 6)
    #expect(placed.devices.map(\.memoryLimit) == Array(repeating: 2, count: 6))
  }

  @Test("leave a device without memory for a stage where it can serve")
  func memory() throws {
    var random = SeededGenerator(seed: 10)
    var parts = ProblemParts(of: try problem(using: &random).routing.frame)
    parts.routes = nil
    for index in parts.devices.indices { parts.devices[index].memoryLimit = 2 }
    // Stages 0 and 1 hold 1, stage 2 holds 0.5: device 0 can only serve there.
    parts.stages[2].activationForB = 0.5
    parts.devices[0].memoryLimit = 0.5
    let tight = try PlacementProblem(parts: parts, devicesPerStage: [2, 2, 2])
    let placed = try PlacementSearch(tight, options: SearchOptions(iterations: 4000)).run()
    #expect(placed.hosts[2].contains(Device.ID(0)))
  }
}
