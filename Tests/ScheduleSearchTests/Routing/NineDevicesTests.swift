import PipelineModel
import ScheduleChecker
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Nine devices with published results")
struct NineDevicesTests {
  /// The first three of the published rules. The last one depends on letting microbatches in one by one, as they
  /// do and a schedule need not; and on even links all depend on the order of what arrives at one instant.
  private static let rules = [
    DispatchRule(preference: .none, longestFirst: false),
    DispatchRule(preference: .backward, longestFirst: false),
    DispatchRule(preference: .forward, longestFirst: false),
  ]

  @Test(
    "the simulator gives every path its published makespan",
    arguments: NineDevices.published.filter { !$0.isEven })
  func simulator(_ published: NineDevices.Published) throws {
    let problem = try NineDevices.problem(perOrigin: published.perOrigin, isEven: published.isEven)
    let model = RoutingModel(problem, fused: true)
    var simulator = RouteSimulator(model)
    let laneOfDevice = Dictionary(
      uniqueKeysWithValues: model.lanes.enumerated().filter { $1.stage > 0 }.map { ($1.device, Int32($0)) })
    for (microbatch, path) in published.paths.enumerated() {
      simulator.set(microbatch, path: path.compactMap { laneOfDevice[$0] }[...])
    }
    for (rule, makespan) in zip(Self.rules, published.makespans) {
      // Published to four decimals.
      let value = simulator.run(rule, records: true)
      #expect(abs(value - makespan) < 1e-4, "\(rule)")
      let cut = simulator.run(rule, limit: value * (1 - 1e-9))
      #expect(cut == .infinity)
      let routes = published.paths.enumerated().map { microbatch, path in
        model.route(of: microbatch, over: path.compactMap { laneOfDevice[$0] })
      }
      let schedule = Schedule(problem: try problem.problem(routes: routes), orders: simulator.orders)
      #expect(abs(try Timeline(schedule).makespan - value) < 1e-9)
    }
  }

  @Test(
    "the search is at least as good as the published one, in few moves",
    arguments: [(3, false), (4, false), (4, true)])
  func search(perOrigin: Int, isEven: Bool) throws {
    let problem = try NineDevices.problem(perOrigin: perOrigin, isEven: isEven)
    let options = SearchOptions(backward: .fused, iterations: 2_000)
    let result = try RoutingSearch(problem, options: options).run()
    for other in NineDevices.published
    where other.perOrigin == perOrigin && other.isEven == isEven && other.method != "annealed-fifo" {
      #expect(result.search.value <= other.makespans.min() ?? 0, "\(other)")
    }
    let schedule = Schedule(problem: result.problem, orders: result.search.orders)
    #expect(ScheduleChecker(RecordedSchedule(schedule: schedule)).violations().isEmpty)
    #expect(abs(try Timeline(schedule).makespan - result.search.value) < 1e-9)
  }

  @Test("the bound is above the published one: a device's work and memory together")
  func bound() throws {
    // Published: memory-time with serial injection, 8.993 and 9.493 on uneven links.
    for (perOrigin, published) in [(3, 8.993), (4, 9.493)] {
      let problem = try NineDevices.problem(perOrigin: perOrigin, isEven: false)
      #expect(LowerBound.best(for: problem, objective: .makespan, scope: .fused).value >= published)
    }
  }

  @Test("the same seed finds the same")
  func determinism() throws {
    let problem = try NineDevices.problem(perOrigin: 3, isEven: false)
    let options = SearchOptions(iterations: 200, seed: 3)
    let results = try (0..<2).map { _ in try RoutingSearch(problem, options: options).run() }
    #expect(results[0] == results[1])
  }
}
