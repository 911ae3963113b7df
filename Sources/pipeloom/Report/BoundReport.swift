import PipelineModel
import ScheduleSearch
import Timeline

/// What is known of the lower bound that a schedule file states, for people and for machines.
struct BoundReport: Encodable {
  /// The figure that is bounded.
  let objective: String
  /// The bound as the file has it, in the problem's time unit.
  let stated: Double
  /// What was proved here, in the problem's time unit; absent where nothing was asked to be.
  private(set) var proved: Double?
  /// Why no schedule is shorter than that.
  private(set) var argument: String?
  /// What a schedule below the stated bound takes, where one was found.
  private(set) var shorter: Double?

  /// Takes a bound as it is stated.
  init(_ certificate: Certificate) {
    objective = certificate.objective.rawValue
    stated = certificate.lowerBound
  }

  /// Works a stated bound out anew: by the bounds for all orders of operations and then, as far as it is above those,
  /// by branch and bound.
  ///
  /// The routes of the problem are those it has. Where they were chosen by rules, a bound for all choices holds for
  /// them as well.
  init(
    proving certificate: Certificate, of timeline: Timeline, in time: Duration,
    until interrupt: borrowing Interrupt
  ) {
    self.init(certificate)
    let begin = ContinuousClock.now
    let deadline = Deadline(at: begin + time) { Interrupt.hasHappened }
    let (problem, orders) = (timeline.schedule.problem, timeline.schedule.orders)
    let (objective, scope, goal) = (certificate.objective, certificate.scope, certificate.lowerBound)
    var bound = LowerBound.best(
      for: problem, objective: objective, scope: scope, until: goal, deadline: deadline)
    if !reaches(bound.value), let routing = try? RoutingProblem(problem) {
      let other = LowerBound.best(
        for: routing, objective: objective, scope: scope, until: goal, deadline: deadline)
      if other.value > bound.value { bound = other }
    }
    (proved, argument) = (bound.value, bound.explanation)
    if reaches(bound.value) { return }
    let value = objective == .makespan ? timeline.makespan : timeline.summary.period
    let search = ExactSearch(problem, objective: objective, incumbent: (orders, value), lowerBound: bound)
    var line = ProgressLine(unit: problem.units.time)
    let left = max(.zero, time - (ContinuousClock.now - begin))
    let result = search.run(timeLimit: left) { progress in
      line.show(progress)
      return !interrupt.hasHappened && reaches(progress.value)
    }
    line.clear()
    if !reaches(result.value) { shorter = result.value }
    if result.lowerBound > bound.value {
      (proved, argument) = (result.lowerBound, "no order of operations takes less, by branch and bound")
    }
  }

  /// Whether a length is as large as the stated bound, but for rounding.
  private func reaches(_ length: Double) -> Bool {
    length >= stated || Certificate.isMet(stated, by: length)
  }

  /// Why the stated bound cannot be believed; `nil` where it is proved, or nobody asked.
  var violation: String? {
    if let shorter {
      return "lowerBound is recorded as \(stated.plain), but a schedule of \(shorter.plain) exists"
    }
    guard let proved, !reaches(proved) else { return nil }
    return "lowerBound is recorded as \(stated.plain), which is not proved: \(proved.plain) is"
  }

  /// What a person is told of a bound that stands.
  var text: String {
    guard let argument else { return "bound: stated, not proved here" }
    return "bound of \(stated.short) proved: \(argument)"
  }
}
