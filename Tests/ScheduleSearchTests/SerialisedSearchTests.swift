import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Search where messages wait for each other")
struct SerialisedSearchTests {
  private func options(
    _ objective: Objective, _ backward: SearchOptions.Backward = .auto, iterations: Int = 4_000
  ) -> SearchOptions {
    SearchOptions(objective: objective, backward: backward, iterations: iterations, seed: 3)
  }

  @Test("reports the values of the timeline, and the checker agrees", arguments: Objective.allCases)
  func values(objective: Objective) throws {
    var random = SeededGenerator(seed: 82)
    let shape = RandomProblem(devices: 1...3, microbatches: 1...3)
    var tried = 0
    while tried < 4 {
      let problem = try shape.problem(using: &random)
      guard problem.communication.serialise != nil else { continue }
      tried += 1
      let starts = (0..<5).map { _ in problem.randomOrders(using: &random) }
      let result = Search(problem, options: options(objective, iterations: 800), starts: starts).run()
      let record = try Timeline(result.schedule(of: problem)).record(certificate: result.certificate())
      let value = objective == .makespan ? record.summary?.makespan : record.summary?.period
      #expect(abs((value ?? 0) - result.value) < 1e-9 * max(1, result.value))
      #expect(ScheduleChecker(record).violations() == [])
      let best = try starts.map { try Timeline(Schedule(problem: problem, orders: $0)).summary }
        .map { objective == .makespan ? $0.makespan : $0.period }.min()
      #expect(result.value <= (best ?? 0) * (1 + 1e-9))
    }
  }

  @Test("finds orders that the search without waiting does not, and keeps backwards as asked")
  func gains() throws {
    // Inner devices send two messages of 1.5 for each microbatch's 3 of work: the uplink is as busy as the device.
    let rows = { (value: Double) in Array(repeating: Array(repeating: value, count: 4), count: 4) }
    var links = Communication.Links(latency: rows(0), bandwidth: rows(2), bytes: 3)
    let free = try Problem.uniform(devices: 4, microbatches: 8).with(communication: .links(links))
    links.serialise = .uplink
    let problem = try free.with(communication: .links(links))
    let alone = Search(free, options: options(.makespan, .split)).run()
    let retimed = try Timeline(Schedule(problem: problem, orders: alone.orders)).makespan
    let result = Search(problem, options: options(.makespan, .split)).run()
    #expect(result.orders.operations.allSatisfy { $0.kind != .backward })
    #expect(result.value < retimed)
    #expect(result.value >= alone.bound.value)
  }

  @Test("proves what waiting costs", arguments: Communication.Serialisation.allCases)
  func proof(serialise: Communication.Serialisation) throws {
    let rows = { (value: Double) in Array(repeating: Array(repeating: value, count: 2), count: 2) }
    let links = Communication.Links(latency: rows(0), bandwidth: rows(1), bytes: 3, serialise: serialise)
    let problem = try Problem.uniform(devices: 2, microbatches: 2).with(communication: .links(links))
    let optimum = try #require(BruteForce(problem, passes: .fused, limit: 10_000)).optimum()
    for (objective, value) in [(Objective.makespan, optimum.makespan), (.period, optimum.period)] {
      let result = try ExactSearch.fromOneByOne(problem, objective, scope: .fused).run()
      #expect(result.isProved && result.value == value)
    }
  }
}
