import PipelineModel
import ScheduleSearch
import Timeline

extension Proof {
  /// More operations are certified by the simple bound alone: the best one would take seconds.
  private static let mostOperations = 10_000

  /// Certifies the makespan of a schedule that is there already.
  public init(for timeline: Timeline) {
    self.init(
      Self.bound(for: timeline.schedule.problem, on: [timeline]), objective: .makespan,
      value: timeline.makespan)
  }

  /// A lower bound on the makespan of a problem's schedules: the best one, unless a schedule is too large for it.
  ///
  /// - Parameter timelines: known schedules of the problem; a bound that meets the shortest is good enough.
  public static func bound(for problem: Problem, on timelines: [Timeline]) -> LowerBound {
    let shortest = timelines.map(\.makespan).min() ?? 0
    return timelines.allSatisfy { $0.schedule.orders.operations.count <= mostOperations }
      ? LowerBound.best(for: problem, objective: .makespan, until: shortest)
      : LowerBound.simple(for: problem, objective: .makespan)
  }
}
