import PipelineModel
import Timeline

extension Certificate {
  /// How far from the best possible a timeline is at most, by the best bound.
  public init(for timeline: Timeline, objective: Objective = .makespan) {
    let value = objective == .makespan ? timeline.makespan : timeline.summary.period
    let bound = LowerBound.best(for: timeline.schedule.problem, objective: objective, until: value)
    self.init(objective: objective, lowerBound: min(bound.value, value), value: value)
  }
}
