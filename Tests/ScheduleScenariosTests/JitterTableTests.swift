import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleScenarios

/// What another program found with another generator: means and 95th percentiles of 200 scenarios of D 8, M 24, F 10,
/// B 10, W 5, c 1.
@Suite("families under jitter, against an independent simulation")
struct JitterTableTests {
  struct Row: Sendable {
    let family: String
    let nominal: Double
    /// Mean and p95 under each of the rules.
    let found: [(mean: Double, p95: Double)]
  }

  private static let rules: [ScenarioRule] = [
    .factor(.lognormal(0.15), on: .init()), .factor(.tail(chance: 0.01, factor: 4), on: .init()),
    .oneLink(.latency(8)),
  ]

  @Test(
    "the same within three standard errors",
    arguments: [
      Row(family: "zb-h2", nominal: 684, found: [(700.7, 716.7), (741.4, 793), (698, 698)]),
      Row(family: "zb-h1", nominal: 733, found: [(776.3, 792.0), (830.9, 899), (858, 874)]),
      Row(family: "eager-1f1b", nominal: 789, found: [(799.7, 817.6), (831.4, 879), (803, 803)]),
    ])
  func table(row: Row) throws {
    let problem = try Problem.uniform(
      devices: 8, microbatches: 24, forward: 10, backwardInput: 10, backwardWeight: 5, communication: 1)
    let orders = try Families.named(row.family).orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect(timeline.makespan == row.nominal)
    for (rule, found) in zip(Self.rules, row.found) {
      let run = try ScenarioRun(Scenarios(rules: [rule], count: 200), of: [timeline])
      let spread = run.outcomes[0].makespan
      let squares = spread.sorted.reduce(0) { $0 + ($1 - spread.mean) * ($1 - spread.mean) }
      let deviation = (squares / 199).squareRoot()
      // Both means have an error; the table is rounded to a tenth, or to ones.
      #expect(abs(spread.mean - found.mean) <= 3 * deviation * (2.0 / 200).squareRoot() + 0.5)
      // The rank of a 95th percentile has the deviation (200 x 0.95 x 0.05)^0.5, on both sides.
      let ranks = Int(3 * (2 * 200 * 0.95 * 0.05).squareRoot())
      #expect(spread.sorted[189 - ranks] - 0.5 <= found.p95)
      #expect(spread.most + 0.5 >= found.p95)
    }
  }
}
