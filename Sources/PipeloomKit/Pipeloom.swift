/// Pipeloom as a library: a problem in, a certified schedule out, by the same means as the program `pipeloom`.
///
/// ```swift
/// let problem = try Pipeloom.problem(contentsOf: "profile.yaml")
/// let best = try Pipeloom.search(problem)
/// print("makespan \(best.summary.makespan), gap \(best.certificate?.gap ?? 1)")
/// print(best.proof.argument.explanation)
/// try Pipeloom.write(best, to: "best.json")
/// ```
///
/// Problems can be made without a file, too: `Problem(devices:stages:microbatches:)`. Errors say in one line what was
/// expected and what was found. The modules behind these functions are products of the package, too.
public enum Pipeloom {
  /// The program's version, which schedule files record.
  public static let version = ScheduleFile.Generator.ownVersion
}

extension Pipeloom {
  /// Finds the shortest schedule that it can within the memory limits, with a proof of how good it is.
  ///
  /// It starts from every named family that takes the problem, and ends when the bound is met or the plan's time is up.
  ///
  /// - Parameters:
  ///   - plan: what to search for and how long; left out, the least makespan in two seconds.
  ///   - deadline: when to end besides that, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread.
  /// - Throws: `SearchError` where the problem is out of the scope of a search or a proof.
  public static func search(
    _ problem: Problem, plan: SearchPlan = SearchPlan(), until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> CertifiedSchedule {
    try Search.checkScope(of: problem, backward: plan.backward, proving: plan.proves)
    return try plan.certified(problem, until: deadline, progress: progress)
  }

  /// The same for what a problem file may hold: where routes or devices are still to be chosen, they are chosen, too;
  /// where devices are, without going on to a proof, which would be of the chosen placement only.
  ///
  /// - Throws: `SearchError`, as for a problem with routes; `RoutingRefusal` when there are no routes, or none were
  ///   found; `ProblemError` when no placement makes a problem.
  public static func search(
    _ contents: ProblemFile.Contents, plan: SearchPlan = SearchPlan(), until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> CertifiedSchedule {
    switch contents {
    case .problem(let problem): return try search(problem, plan: plan, until: deadline, progress: progress)
    case .routing(let problem):
      try Search.checkScope(of: problem, proving: plan.proves)
      return try plan.certified(problem, until: deadline, progress: progress)
    case .placing(let problem):
      var plan = plan
      plan.proves = false
      try Search.checkScope(of: problem.routing)
      return try plan.certified(problem, until: deadline, progress: progress)
    case .partitioning(let problem):
      return try plan.certified(problem, until: deadline, progress: progress).schedule
    case .choosing(let choice):
      return try plan.certified(choice, until: deadline, progress: progress).schedule
    }
  }

  /// The schedule of a named family, certified.
  ///
  /// - Parameters:
  ///   - family: its name, such as `zb-v`; `Families.all` has them all.
  ///   - problem: laid out anew where the family needs it.
  ///   - parts: in how many chunks a stage, or pieces a sequence, is cut where the layout allows a choice.
  /// - Throws: `FamilyError` for an unknown name; `FamilyRefusal` where the family has no schedule for the problem.
  public static func generate(
    _ family: String, for problem: Problem, parts: Int = 1, parameters: FamilyParameters = FamilyParameters()
  ) throws -> CertifiedSchedule {
    CertifiedSchedule(
      try Families.named(family).timeline(for: problem, parts: parts, parameters: parameters))
  }

  /// Times orders under a problem, their own or another, and certifies their makespan.
  ///
  /// - Throws: `TimelineError` where they cannot run.
  public static func simulate(_ orders: Orders, of problem: Problem) throws -> CertifiedSchedule {
    CertifiedSchedule(try Timeline(Schedule(problem: problem, orders: orders)))
  }

  /// What is wrong with a schedule file, from first principles; empty where nothing is.
  public static func check(_ file: ScheduleFile) -> [Violation] { ScheduleChecker(file.record).violations() }

  /// What is wrong with a schedule; nothing, unless this library has a defect.
  public static func check(_ schedule: CertifiedSchedule) -> [Violation] {
    ScheduleChecker(schedule.timeline.record(certificate: schedule.certificate)).violations()
  }

  /// Draws a schedule as a Gantt diagram.
  ///
  /// - Parameters:
  ///   - title: what made the schedule; it begins the heading.
  ///   - format: SVG if left out.
  /// - Returns: the file's bytes.
  /// - Throws: `DiagramError`.
  public static func render(
    _ schedule: CertifiedSchedule, title: String, as format: DiagramFormat = .svg,
    style: DiagramStyle = DiagramStyle()
  ) throws(DiagramError) -> [UInt8] {
    try GanttChart(schedule.timeline, family: title, certificate: schedule.certificate)
      .render(as: format, style: style)
  }
}
