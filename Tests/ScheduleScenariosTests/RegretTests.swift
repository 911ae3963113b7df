import PipelineModel
import ScheduleFamilies
import ScheduleScenarios
import TestSupport
import Testing
import Timeline

@Suite("Figures over scenarios")
struct RegretTests {
  @Test("regret is the mean distance to the best of each scenario, and critical shares sum to one")
  func regret() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8, communication: 0.5)
    let timelines = try ["1f1b", "zb-h1", "zb-h2", "gpipe"].map {
      try Timeline(Schedule(problem: problem, orders: Families.named($0).orders(for: problem)))
    }
    let scenarios = try Scenarios(
      rules: [.factor(.lognormal(0.3), on: .init()), .oneDevice(speed: 0.5)], count: 40)
    let run = try ScenarioRun(scenarios, of: timelines, withPeriods: true)
    let makespans = run.outcomes.map(\.makespans)
    for (own, outcome) in zip(makespans, run.outcomes) {
      let distances = own.indices.map { number in own[number] - (makespans.map { $0[number] }.min() ?? 0) }
      #expect(abs(outcome.regret - distances.reduce(0, +) / 40) < 1e-9)
      #expect(abs(outcome.criticalShare.reduce(0, +) - 1) < 1e-9)
      #expect(zip(outcome.periods, own).allSatisfy { $0 <= $1 + 1e-9 })
      // The luck of a schedule does not depend on who else is there.
      let alone = try ScenarioRun(scenarios, of: [timelines[0]])
      #expect(alone.outcomes[0].makespans == makespans[0])
    }
  }
}
