import PipelineModel
import Timeline

/// What schedules of problems take under the same scenarios.
public struct ScenarioRun: Sendable {
  /// What one schedule takes.
  public struct Outcome: Sendable {
    /// The makespan, scenario by scenario, in the problem's time unit.
    public fileprivate(set) var makespans: [Double] = []
    /// The period, scenario by scenario, in the problem's time unit; empty where it was not asked for.
    public fileprivate(set) var periods: [Double] = []
    /// By device, the share of scenarios in which it is critical: the critical path works longest on it, of equals on the
    /// first.
    public fileprivate(set) var criticalShare: [Double]
    /// By how much the makespan is above the least of all schedules in the same scenario, on average, in the problem's
    /// time unit.
    public fileprivate(set) var regret = 0.0

    /// The makespans summed up.
    public var makespan: Spread { Spread(of: makespans) }
    /// The periods summed up; `nil` where they were not asked for.
    public var period: Spread? { Spread(periods) }
  }

  /// In the order of the schedules.
  public private(set) var outcomes: [Outcome]

  /// Times schedules. Those of one problem meet the same luck.
  ///
  /// - Parameter withPeriods: whether to find periods, too, which takes several times as long.
  /// - Throws: `ScenarioError` naming what one of the problems does not have.
  /// - Complexity: O(scenarios x operations x rules).
  public init(
    _ scenarios: Scenarios, of timelines: [Timeline], withPeriods: Bool = false
  ) throws(ScenarioError) {
    var draws: [ScenarioDraws] = []
    var drawsOfProblem: [Problem: Int] = [:]
    var subjects: [Subject] = []
    for timeline in timelines {
      let problem = timeline.schedule.problem
      let number = drawsOfProblem[problem] ?? draws.count
      if number == draws.count {
        draws.append(try ScenarioDraws(scenarios, for: PassTable(problem)))
        drawsOfProblem[problem] = number
      }
      let retimer = Retimer(timeline, table: draws[number].table)
      subjects.append(Subject(draws: number, retimer: retimer, path: retimer.makePathRecorder()))
    }
    outcomes = timelines.map {
      Outcome(criticalShare: Array(repeating: 0, count: $0.schedule.problem.deviceCount))
    }
    var drawn = draws.map { $0.makeScenario() }
    for number in 0..<scenarios.count {
      for (index, draws) in draws.enumerated() { draws.draw(number, into: &drawn[index]) }
      for index in subjects.indices {
        subjects[index].time(under: drawn[subjects[index].draws], withPeriods, &outcomes[index])
      }
      let least = outcomes.reduce(.infinity) { min($0, $1.makespans[number]) }
      for index in outcomes.indices { outcomes[index].regret += outcomes[index].makespans[number] - least }
    }
    for index in outcomes.indices {
      outcomes[index].regret /= Double(scenarios.count)
      outcomes[index].criticalShare = outcomes[index].criticalShare.map { $0 / Double(scenarios.count) }
    }
  }

  /// A schedule with what times it.
  private struct Subject {
    let draws: Int
    let retimer: Retimer
    var path: PathRecorder

    mutating func time(under scenario: borrowing Scenario, _ withPeriods: Bool, _ outcome: inout Outcome) {
      retimer.take(scenario)
      guard let (makespan, device) = retimer.makespan(recording: &path) else {
        preconditionFailure("orders that have a timeline can run, however long their operations last")
      }
      outcome.makespans.append(makespan)
      outcome.criticalShare[device] += 1
      if withPeriods { outcome.periods.append(retimer.period()) }
    }
  }
}
