import PipelineModel
import ScheduleFamilies
import ScheduleScenarios
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("searches under scenarios")
struct ScenarioSearchTests {
  private static func jitter(_ count: Int = 16) throws -> Scenarios {
    try Scenarios(
      rules: [.factor(.lognormal(0.2), on: .init()), .factor(.tail(chance: 0.05, factor: 4), on: .init())],
      count: count)
  }

  private static func options(_ iterations: Int, _ objective: Objective = .makespan) -> SearchOptions {
    SearchOptions(objective: objective, iterations: iterations, seed: 3, threads: 2)
  }

  @Test("ties are broken for the mean, and the value without scenarios stays near the best")
  func ties() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8, communication: 0.5)
    let scenarios = try Self.jitter(8)
    let search = Search(problem, options: Self.options(1_200))
    let found = try search.run(under: ScenarioGoal(scenarios))
    let again = try search.run(under: ScenarioGoal(scenarios))
    #expect(found.search.orders == again.search.orders && found.scenarios == again.scenarios)
    let nominal = Search(problem, options: Self.options(600)).run()
    #expect(found.search.value <= nominal.value * (1 + ScenarioGoal.tolerance) * (1 + 1e-9))
    #expect(found.search.bound.value <= found.search.value * (1 + 1e-9))
    let run = try ScenarioRun(
      scenarios,
      of: [found.search.orders, nominal.orders].map { try Timeline(Schedule(problem: problem, orders: $0)) })
    let means = run.outcomes.map(\.makespan.mean)
    #expect(abs(means[0] - found.scenarios.value) < 1e-9)
    #expect(means[0] < means[1])
    #expect(try #require(found.scenarios.meanBound) <= means[0] * (1 + 1e-9))
  }

  @Test("a quantile is what is asked for, over all scenarios")
  func quantile() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 5, communication: 0.5)
    let scenarios = try Self.jitter(20)
    let starts = try ["1f1b", "zb-h1"].map { try Families.named($0).orders(for: problem) }
    let found = try Search(problem, options: Self.options(600), starts: starts)
      .run(under: ScenarioGoal(scenarios, figure: .quantile(0.9)))
    let run = try ScenarioRun(
      scenarios,
      of: ([found.search.orders] + starts).map { try Timeline(Schedule(problem: problem, orders: $0)) })
    let quantiles = run.outcomes.map { $0.makespan.quantile(0.9) }
    #expect(abs(quantiles[0] - found.scenarios.value) < 1e-9)
    #expect(quantiles[0] <= (quantiles.min() ?? 0) + 1e-9)
  }

  @Test("any problem has an answer that keeps its limits", arguments: 0..<8)
  func random(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 900)
    let problem = try RandomProblem(devices: 1...3, microbatches: 1...2)
      .without(.pieces, because: "bounds of so many microbatches take long in debug builds")
      .problem(using: &random)
    guard (try? Search.checkScope(of: problem)) != nil else { return }
    let objective = seed % 2 == 0 ? Objective.makespan : .period
    let found = try Search(problem, options: Self.options(120, objective))
      .run(under: ScenarioGoal(Self.jitter(6)))
    let timeline = try Timeline(found.search.schedule(of: problem))
    #expect(timeline.fitsMemory)
    #expect(abs(timeline.value(of: objective) - found.search.value) <= 1e-9 * found.search.value)
    let outcome = try ScenarioRun(Self.jitter(6), of: [timeline], withPeriods: true).outcomes[0]
    let mean = objective == .makespan ? outcome.makespan.mean : outcome.period?.mean ?? 0
    #expect(abs(mean - found.scenarios.value) <= 1e-9 * mean)
  }

  @Test("no orders have a smaller mean than the bound says", arguments: 0..<30)
  func meanBound(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 1_900)
    let problem = try RandomProblem(devices: 1...3, microbatches: 1...4)
      .without(
        .recompute, .modes, .modesByMicrobatch, because: "an R has the scale of its F, so that it has no mean"
      )
      .problem(using: &random)
    var rules: [ScenarioRule] = [
      .factor(.uniform(0.5, 3), on: .init(kinds: [.forward])), .oneDevice(speed: 0.5),
      .factor(.tail(chance: 0.2, factor: 5), on: .init(stages: [Stage.ID(0)])),
    ]
    let table = PassTable(problem)
    if !table.links.isEmpty { rules.append(.oneLink(.factor(3))) }
    let scenarios = try Scenarios(rules: rules, count: 5, seed: UInt64(seed))
    let mean = try #require(try ScenarioDraws(scenarios, for: table).meanProblem())
    let bound = LowerBound.best(
      for: mean, objective: .makespan, scope: .all, until: .infinity,
      deadline: Deadline(at: .now + .milliseconds(50)))
    for _ in 0..<5 {
      let timeline = try Timeline(
        Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
      let least = try ScenarioRun(scenarios, of: [timeline]).outcomes[0].makespan.mean
      #expect(bound.value <= least * (1 + 1e-9))
    }
  }
}
