import PipelineModel
import ScheduleSearch
import Timeline

/// How far from the best possible a schedule is at most, and why.
struct Proof {
  let certificate: Certificate
  /// Why no schedule is shorter than the bound.
  let argument: String

  /// Joins a bound to the value that it bounds.
  init(_ bound: LowerBound, objective: Objective, value: Double) {
    certificate = Certificate(objective: objective, lowerBound: min(bound.value, value), value: value)
    argument = bound.explanation
  }

  /// The simple bound on the makespan: at once, for schedules of any size.
  init(simpleFor timeline: Timeline) {
    let bound = LowerBound.simple(for: timeline.schedule.problem, objective: .makespan)
    self.init(bound, objective: .makespan, value: timeline.makespan)
  }
}
