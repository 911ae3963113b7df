import PipelineModel
import ScheduleSearch
import Timeline

/// How far from the best possible a schedule is at most, and why.
struct Proof {
  let certificate: Certificate
  /// Why no schedule is shorter than the bound.
  let argument: String
  /// What an exact search did, where there was one.
  var exactSearch: ExactReport?

  /// Joins a bound to the value that it bounds.
  init(_ bound: LowerBound, objective: Objective, value: Double) {
    certificate = Certificate(objective: objective, lowerBound: min(bound.value, value), value: value)
    argument = bound.explanation
  }

  /// Joins what an exact search proved to the value of its words; the bound is the one that it was given.
  ///
  /// - Parameter choice: what the exact search went through.
  init(
    _ result: ExactResult, bound: LowerBound, objective: Objective, time: Duration,
    choosing choice: String = "order of operations"
  ) {
    let isRaised = result.lowerBound > bound.value * (1 + 1e-9)
    certificate = Certificate(objective: objective, lowerBound: result.lowerBound, value: result.value)
    argument = isRaised ? Self.raised(to: result, choice) : bound.explanation
    exactSearch = ExactReport(result, time: time)
  }

  private static func raised(to result: ExactResult, _ choice: String) -> String {
    result.isProved
      ? "every other \(choice) takes as long or longer"
      : "every \(choice) takes at least \(result.lowerBound.short)"
  }

  /// More operations are certified by the simple bound alone: the best one would take seconds.
  private static let mostOperations = 10_000

  /// Certifies the makespan of a schedule that is there already.
  init(for timeline: Timeline) {
    self.init(Self.bound(on: [timeline]), objective: .makespan, value: timeline.makespan)
  }

  /// A lower bound on the makespan of one problem's schedules, at least one.
  static func bound(on timelines: [Timeline]) -> LowerBound {
    let problem = timelines[0].schedule.problem
    let shortest = timelines.map(\.makespan).min() ?? 0
    return timelines.allSatisfy { $0.schedule.words.operations.count <= mostOperations }
      ? LowerBound.best(for: problem, objective: .makespan, until: shortest)
      : LowerBound.simple(for: problem, objective: .makespan)
  }
}
