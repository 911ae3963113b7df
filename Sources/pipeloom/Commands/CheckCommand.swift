import ArgumentParser
import PipelineModel
import ScheduleChecker
import ScheduleFormats

/// `pipeloom check SCHEDULE`: verify from first principles.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verifies a schedule from first principles, sharing no code with what made it.",
    discussion: """
      Checks that every operation runs exactly once on the right device, that the words can run, that recorded \
      times are true and inputs arrive in time, that memory stays within the limits and that the summary is \
      true. Every violation is one line; the exit status is 1 if there is any.
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: String

  @Flag(help: "Print JSON instead of text.")
  var json = false

  /// The result, for machines.
  private struct Report: Encodable {
    let violations: [String]
    let operations: Int
    let timesRecorded: Bool
    let summaryRecorded: Bool
  }

  func run() throws {
    let record = try ScheduleInput(schedule).file.record
    let violations = ScheduleChecker(record).violations().map(\.description)
    let report = Report(
      violations: violations, operations: record.schedule.words.operations.count,
      timesRecorded: record.times != nil, summaryRecorded: record.summary != nil)
    try StandardOutput.write(json ? MachineReport.json(report) : text(of: report))
    if !violations.isEmpty { throw Failure(.violations, "") }
  }

  private func text(of report: Report) -> String {
    let name = InputFile.name(of: schedule)
    guard report.violations.isEmpty else {
      let count = report.violations.count.counted("violation")
      return report.violations.map { $0 + "\n" }.joined() + "\(name): \(count)\n"
    }
    var checked = ["operations", "order", "memory"]
    if report.timesRecorded { checked.append("times") }
    if report.summaryRecorded { checked.append("summary") }
    let missing = report.timesRecorded ? "" : "; no times are recorded"
    return "\(name): no violations in \(report.operations.counted("operation")): "
      + "\(checked.joined(separator: ", ")) verified\(missing)\n"
  }
}
