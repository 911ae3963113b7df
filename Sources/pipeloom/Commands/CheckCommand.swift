import ArgumentParser
import PipelineModel
import RankPrograms
import ScheduleChecker
import ScheduleFormats
import ScheduleStudies
import Timeline

/// `pipeloom check SCHEDULE`: verify from first principles.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verifies a schedule from first principles, sharing no code with what made it.",
    discussion: """
      Checks that every operation runs exactly once on the right device, that the orders can run, that recorded \
      times are true and inputs arrive in time, that memory stays within the limits and that the summary is \
      true. Every violation is one line; the exit status is 1 if there is any.

      That a lower bound holds cannot be seen from a schedule: it is taken as stated, unless it is above the value \
      that it bounds. With --prove-bound it is worked out anew, by branch and bound where need be, and a bound that \
      is not proved in the time is a violation: either a shorter schedule is found, or what can be proved is told.

      With --communication, orders are written out as one program of operations, sends and receives per device, \
      as 'export --format program' does, and proved never to block: under rendezvous a send completes with its \
      receive, under buffered:N while fewer than N messages to that device are under way (without N: at once), \
      under batched adjacent transfers are launched together. Otherwise the shortest circle of devices that wait \
      for each other is printed.
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: FilePath

  @Option(
    help: ArgumentHelp(
      "Also prove that sends and receives cannot block: rendezvous, buffered, buffered:N or batched. N from "
        + "\(CommunicationMode.capacities.lowerBound) to \(CommunicationMode.capacities.upperBound).",
      valueName: "mode"))
  var communication: CommunicationMode?

  @Option(
    help: "Where that proof places receives: early, or late, just before they are needed; early if left out.")
  var receives: ReceivePlacement?

  @Flag(help: "Also prove the lower bound that the schedule states.")
  var proveBound = false

  @Option(help: TimeLimit.help("How many seconds branch and bound may take for that proof; 60 if left out."))
  var timeLimit: TimeLimit?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  /// The result, for machines.
  private struct Report: Encodable {
    let violations: [String]
    let operations: Int
    let timesRecorded: Bool
    let summaryRecorded: Bool
    let communication: CommunicationReport?
    let bound: BoundReport?
  }

  func validate() throws {
    guard receives == nil || communication != nil else {
      throw ValidationError("--receives: expected --communication with it, found none")
    }
    guard timeLimit == nil || proveBound else {
      throw ValidationError("--time-limit: expected --prove-bound with it, found none")
    }
  }

  func run() throws {
    let input = try ScheduleInput(schedule)
    let record = input.file.record
    var violations = ScheduleChecker(record).violations().map { $0.text(in: record.schedule.problem) }
    let communication = try violations.isEmpty ? communicationReport(of: input) : nil
    violations += communication?.fault.map { [$0] } ?? []
    let bound = try violations.isEmpty ? boundReport(of: input) : nil
    violations += bound?.violation.map { [$0] } ?? []
    let report = Report(
      violations: violations, operations: record.schedule.orders.operations.count,
      timesRecorded: record.times != nil, summaryRecorded: record.summary != nil,
      communication: communication, bound: bound)
    try StandardOutput.write(json ? MachineReport.json(report) : text(of: report))
    if !violations.isEmpty { throw Failure(.violations, "") }
  }

  /// What the proof says of sends and receives, where it is asked for.
  private func communicationReport(of input: ScheduleInput) throws -> CommunicationReport? {
    guard let mode = communication else { return nil }
    let timeline = try input.timeline()
    let programs = try input.named { () throws(TimelineError) in
      try timeline.rankPrograms(receives: receives ?? .early)
    }
    return CommunicationReport(programs, of: timeline.schedule, mode: mode)
  }

  /// What is known of the bound that the schedule states, where it states one.
  private func boundReport(of input: ScheduleInput) throws -> BoundReport? {
    guard let certificate = input.file.record.summary?.certificate else { return nil }
    guard proveBound else { return BoundReport(certificate) }
    let timeline = try input.timeline()
    var line = ProgressLine(unit: timeline.schedule.problem.units.time)
    defer { line.clear() }
    let review = Interrupt().during { deadline in
      BoundReview(
        of: certificate, on: timeline, in: .seconds(timeLimit?.seconds ?? 60), until: deadline
      ) { line.show($0) }
    }
    return BoundReport(certificate, review)
  }

  private func text(of report: Report) -> TerminalText {
    let name = schedule.inputName
    guard report.violations.isEmpty else {
      let count = report.violations.count.counted("violation")
      return report.violations.map { "\($0)\n" as TerminalText }.joined() + "\(name): \(count)\n"
    }
    var checked = ["operations", "order", "memory"]
    if report.timesRecorded { checked.append("times") }
    if report.summaryRecorded { checked.append("summary") }
    let bound = report.bound?.text
    let notes = [report.timesRecorded ? nil : "no times are recorded", proveBound ? nil : bound]
      .compactMap(\.self).map { "; \($0)" }.joined()
    let proofs = [report.communication?.text, proveBound ? bound ?? "no bound is stated" : nil]
      .compactMap(\.self).map { "\(name): \($0)\n" as TerminalText }.joined()
    let verified = "\(report.operations.counted("operation")): \(checked.joined(separator: ", ")) verified"
    return "\(name): no violations in \(verified)\(notes)\n\(proofs)"
  }
}
