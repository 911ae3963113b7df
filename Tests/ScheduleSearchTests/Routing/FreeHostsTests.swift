import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Hosts of replicated stages, chosen with the orders")
struct FreeHostsTests {
  private static let shape = RandomProblem(devices: 2...3, microbatches: 1...3)
    .without(.routes, because: "every microbatch visits every stage")
    .without(.pieces, because: "hosts of pieces are not chosen")
    .without(.modes, .modesByMicrobatch, because: "brute force tries all orders in given modes")

  @Test("no bound exceeds the optimum over all hosts and orders", arguments: Certificate.Scope.allCases)
  func bounds(scope: Certificate.Scope) throws {
    let problems = try FreeHosts.draws(
      36, of: Self.shape, passes: scope == .fused ? .fused : .either, limit: 60, seed: 3)
    for tiny in problems {
      for objective in Objective.allCases {
        let bound = LowerBound.best(for: tiny.problem, objective: objective, scope: scope)
        #expect(
          bound.value <= tiny.optimum(objective) * (1 + 1e-9),
          "\(bound.value) > \(tiny.optimum(objective)) \(bound.explanation) \(tiny.problem.frame.instance)")
      }
    }
  }

  @Test("the search finds an optimum over all hosts, and orders that pass the checker")
  func search() throws {
    let problems = try FreeHosts.draws(36, of: Self.shape, passes: .either, limit: 60, seed: 5)
    var missed: [Objective: Int] = [:]
    for tiny in problems {
      for objective in Objective.allCases {
        // Where few choices fit in memory it may meet none.
        guard
          let result = try? RoutingSearch(tiny.problem, options: quickly(objective, iterations: 1_500)).run()
        else {
          missed[objective, default: 0] += 1
          continue
        }
        try expectSound(result.search, result.problem, objective)
        #expect(result.problem.skipReorder == nil)
        let optimum = tiny.optimum(objective)
        #expect(result.search.value >= optimum * (1 - 1e-9))
        #expect(result.search.bound.value <= optimum * (1 + 1e-9), "\(result.search.bound.explanation)")
        if result.search.value > optimum * (1 + 1e-9), !tiny.hasPreparations {
          missed[objective, default: 0] += 1
        }
      }
    }
    // Orders are searched for one choice of hosts only, that with the best order of work by a rule of dispatch: it knows
    // neither pairs nor gaps nor `R` and `L`, and takes stages that branch one after another.
    let plain = problems.count { !$0.hasPreparations }
    #expect(plain >= problems.count / 3)
    #expect(missed[.makespan, default: 0] <= plain / 3, "\(missed)")
    #expect(missed[.period, default: 0] <= plain / 3, "\(missed)")
  }

  @Test(
    "an exact search proves the optimum from the worst hosts, with every feature",
    arguments: Objective.allCases)
  func proof(objective: Objective) throws {
    let shape = Self.shape.without(.thirds, because: "orders are decided on a decimal grid")
    let problems = try FreeHosts.draws(16, of: shape, passes: .either, limit: 40, seed: 9)
    var proved = 0
    for tiny in problems {
      let starts = tiny.choices.map { choice in
        var search = Search(choice, options: quickly(objective, iterations: 0)).run()
        search.bound = LowerBound.best(for: tiny.problem, objective: objective)
        return RoutingResult(problem: choice, search: search)
      }
      guard let worst = starts.max(by: { $0.search.value < $1.search.value }) else { continue }
      let found = ExactRoutingSearch(tiny.problem, objective: objective, incumbent: worst).run(nodeLimit: 400)
      let optimum = tiny.optimum(objective)
      #expect(found.search.lowerBound <= optimum * (1 + 1e-9), "\(tiny.problem.frame.instance)")
      #expect(found.search.value >= optimum * (1 - 1e-9))
      guard found.search.isProved else { continue }
      proved += 1
      #expect(abs(found.search.value - optimum) <= 1e-9 * optimum)
      let schedule = Schedule(problem: found.problem, orders: found.search.orders)
      #expect(ScheduleChecker(RecordedSchedule(schedule: schedule)).violations().isEmpty)
    }
    // Orders with transfers to hosts are proved by their bounds alone.
    #expect(proved >= problems.count { !$0.hasReloads } * 3 / 4, "\(proved)")
  }

  /// Four stages of F 1, B 1, W 1 in a row, and before them a stage of half that on any of the devices.
  private func vision(origin: Device.ID? = nil) throws -> RoutingProblem {
    try RoutingProblem(
      parts: ProblemParts(
        Instance(
          devices: Array(repeating: Device(), count: 4),
          stages: [Stage(forward: 0.5, backwardInput: 0.5, backwardWeight: 0.5)]
            + Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 4),
          microbatches: Array(repeating: Microbatch(origin: origin), count: 8),
          placement: .explicit([(0..<4).map { Device.ID($0) }] + (0..<4).map { [Device.ID($0)] }))))
  }

  @Test(
    "are bounded by the work of all devices, which only first passes can begin before the pipeline is filled")
  func sharedWork() throws {
    // 8 (12 + 1.5) of work on four devices; of it 4 can be done in the 0.5 + 1.5 + 2.5 + 3.5 before the stages behind.
    let (problem, work) = (try vision(), 8.0 * (12 + 1.5))
    let bound = LowerBound.best(for: problem, objective: .makespan)
    #expect(abs(bound.value - (work - 4 + 8) / 4) < 1e-9)
    #expect(bound.argument == .sharedWork((0..<4).map { Device.ID($0) }))
    #expect(abs(LowerBound.best(for: problem, objective: .period).value - work / 4) < 1e-9)
  }

  @Test("are those that microbatches name on the first stage")
  func origins() throws {
    let problem = try vision(origin: Device.ID(2))
    let result = try RoutingSearch(problem, options: quickly(iterations: 400)).run()
    #expect(result.problem.routes.map { $0.visits.map(\.device.index) } == [[2, 0, 1, 2, 3]])
    // All the work of device 2.
    #expect(LowerBound.best(for: problem, objective: .period).value >= 8 * 4.5 * (1 - 1e-9))
  }

  @Test("are open again when routes that visit every stage are taken off a problem")
  func takenOff() throws {
    let problem = try vision()
    let result = try RoutingSearch(problem, options: quickly(iterations: 400)).run()
    let again = try RoutingProblem(result.problem)
    #expect(
      LowerBound.best(for: again, objective: .makespan) == LowerBound.best(for: problem, objective: .makespan)
    )
  }

  @Test("that no links lead to are refused")
  func unreachable() throws {
    var parts = ProblemParts(of: try vision().frame)
    parts.routes = nil
    let open = (0..<4).map { source in (0..<4).map { source == $0 || $0 == 3 || source == 3 ? 0.0 : 1.0 } }
    parts.communication = .links(
      Communication.Links(latency: open.map { $0.map { _ in 0 } }, bandwidth: open, bytes: 1))
    let problem = try RoutingProblem(parts: parts)
    let refusal = #expect(throws: RoutingRefusal.self) { try RoutingSearch(problem).run() }
    #expect(refusal?.reason == .noWay(Microbatch.ID(0), origin: nil))
    #expect("\(try #require(refusal))".hasPrefix("placement: expected links"))
  }
}
