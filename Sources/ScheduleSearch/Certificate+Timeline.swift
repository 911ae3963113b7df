import PipelineModel
import Timeline

extension Certificate {
  /// How far from the best possible a timeline is at most, by the simple bounds.
  public init(for timeline: Timeline, objective: Objective = .makespan) {
    let bound = LowerBound.simple(for: timeline.schedule.problem, objective: objective)
    let value = objective == .makespan ? timeline.makespan : timeline.summary.period
    self.init(objective: objective, lowerBound: min(bound.value, value), value: value)
  }
}
