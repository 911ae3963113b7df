import PipelineModel
import ScheduleSearch
import Timeline

/// A lower bound that a schedule states, worked out anew: by the bounds for all orders of operations and then, as far as
/// it is above those, by branch and bound.
public struct BoundReview: Hashable, Sendable {
  /// What was proved, in the problem's time unit.
  public private(set) var proved: Double
  /// Why no schedule is shorter than that.
  public private(set) var argument: Proof.Argument
  /// What a schedule below the stated bound takes, where one was found.
  public private(set) var shorter: Double?

  /// Works a bound out anew.
  ///
  /// The routes of the problem are those it has. Where they were chosen by rules, a bound for all choices holds for
  /// them as well.
  ///
  /// - Parameters:
  ///   - certificate: the bound as it is stated.
  ///   - timeline: the schedule that states it.
  ///   - time: how long to take at most.
  ///   - cancellation: when to end besides that.
  ///   - progress: called a few times a second, on the calling thread.
  public init(
    of certificate: Certificate, on timeline: Timeline, in time: Duration,
    until cancellation: Deadline = .never,
    progress: (ExactProgress) -> Void = { _ in }
  ) {
    let begin = ContinuousClock.now
    let deadline = Deadline(at: begin + time) { cancellation.hasPassed }
    let (problem, orders) = (timeline.schedule.problem, timeline.schedule.orders)
    let (objective, scope, goal) = (certificate.objective, certificate.scope, certificate.lowerBound)
    var bound = LowerBound.best(
      for: problem, objective: objective, scope: scope, until: goal, deadline: deadline)
    if !certificate.isReached(by: bound.value), let routing = try? RoutingProblem(problem) {
      let other = LowerBound.best(
        for: routing, objective: objective, scope: scope, until: goal, deadline: deadline)
      if other.value > bound.value { bound = other }
    }
    (proved, argument) = (bound.value, .bound(bound))
    if certificate.isReached(by: bound.value) { return }
    let value = timeline.value(of: objective)
    let search = ExactSearch(problem, objective: objective, incumbent: (orders, value), lowerBound: bound)
    let left = max(.zero, time - (ContinuousClock.now - begin))
    let result = search.run(timeLimit: left) {
      progress($0)
      return !cancellation.hasPassed && certificate.isReached(by: $0.value)
    }
    if !certificate.isReached(by: result.value) { shorter = result.value }
    if result.lowerBound > bound.value {
      (proved, argument) = (result.lowerBound, .everyChoice(.orders, result))
    }
  }
}

extension Certificate {
  /// Whether a length is as large as the bound, but for rounding.
  public func isReached(by length: Double) -> Bool {
    length >= lowerBound || Certificate.isMet(lowerBound, by: length)
  }
}
