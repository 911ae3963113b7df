import PipelineModel
import ScheduleSearch
import Timeline

/// How far from the best possible a schedule is at most, and why.
struct Proof {
  /// The bound beside the value; a failure where it cannot hold, which is a defect of the program.
  let certificate: Result<Certificate, BoundContradiction>
  /// Why no schedule is shorter than the bound.
  let argument: String
  /// What an exact search did, where there was one.
  var exactSearch: ExactReport?

  /// Joins a bound to the value that it bounds.
  init(_ bound: LowerBound, objective: Objective, value: Double) {
    certificate = Result { () throws(BoundContradiction) in
      try bound.certificate(of: value, objective: objective)
    }
    argument = bound.explanation
  }

  /// Takes the bound and the value of a search.
  init(_ result: SearchResult) {
    self.init(result.bound, objective: result.objective, value: result.value)
  }

  /// Joins what an exact search proved to the value of its orders; the bound is the one that it was given.
  ///
  /// - Parameter choice: what the exact search went through.
  init(
    _ result: ExactResult, bound: LowerBound, time: Duration, choosing choice: String = "order of operations"
  ) {
    let isRaised = !Certificate.isMet(bound.value, by: result.lowerBound)
    certificate = Result(catching: result.certificate)
    argument = isRaised ? Self.raised(to: result, choice) : bound.explanation
    exactSearch = ExactReport(result, time: time)
  }

  private static func raised(to result: ExactResult, _ choice: String) -> String {
    result.isProved
      ? "every other \(choice) takes as long or longer"
      : "every \(choice) takes at least \(result.lowerBound.short)"
  }

  /// The certificate, unless it is withdrawn.
  var valid: Certificate? { try? certificate.get() }

  /// What to fail with once everything else is written, where the certificate is withdrawn.
  ///
  /// - Parameter problem: what was to be certified.
  func defect(of problem: Problem) -> Failure? {
    guard case .failure(let contradiction) = certificate else { return nil }
    return Failure(contradiction, problem: problem.name, argument: argument)
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
    return timelines.allSatisfy { $0.schedule.orders.operations.count <= mostOperations }
      ? LowerBound.best(for: problem, objective: .makespan, until: shortest)
      : LowerBound.simple(for: problem, objective: .makespan)
  }
}
