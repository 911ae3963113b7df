import PipelineModel
import ScheduleStudies
import Timeline

/// What a comparison says: its lines and, where there are families, which of them have none.
struct ComparisonReport {
  /// The schedules, in the order in which they are shown.
  let lines: [ComparisonLine]
  private let problem: String?
  private let refusals: [Refusal]
  /// What a person is told below the table.
  private let notes: TerminalText

  /// What is printed for machines where there are families.
  private struct OfFamilies: Encodable {
    let problem: String
    let schedules: [ComparisonLine]
    let leftOut: [Refusal]
  }

  /// A family that has no schedule, and why.
  private struct Refusal: Encodable {
    let family: String
    let reason: String
  }

  /// Sums entries up.
  ///
  /// - Parameter families: that of the families among them; `nil` where there are files alone.
  init(_ entries: [ComparisonEntry], _ families: FamilyComparison?) {
    lines = entries.map(\.line)
    problem = families?.problem.name
    refusals = families?.refusals.map { Refusal(family: $0.family.name, reason: $0.advice) } ?? []
    let files = entries.filter { $0.line.file != nil }.map(\.timeline.schedule.problem)
    let others = families.map { families in files.filter { !$0.hasWork(of: families.problem) } }
    let differ = !(others ?? files.filter { $0 != files[0] }).isEmpty
    let left = refusals.map { "  Left out: \($0.reason)\n" as TerminalText }.joined()
    notes =
      (differ ? "  The schedules are for different problems: compare rates, not times.\n" : "")
      + (families?.layoutNotes ?? "") + left
  }

  /// The report for a person.
  var text: TerminalText { lines.table + notes }

  /// The report for machines: a list of the schedules, or an object where there are families.
  var json: TerminalText {
    get throws {
      guard let problem else { return try MachineReport.json(lines) }
      return try MachineReport.json(OfFamilies(problem: problem, schedules: lines, leftOut: refusals))
    }
  }
}

extension Problem {
  /// Whether it has as many devices as another, and as much work on as many microbatches, however it is laid out.
  fileprivate func hasWork(of other: Problem) -> Bool {
    func total(_ problem: Problem) -> Double { problem.deviceWork.reduce(0, +) }
    return deviceCount == other.deviceCount
      && microbatchCount / pieces == other.microbatchCount / other.pieces
      && abs(total(self) - total(other)) <= 1e-9 * max(total(self), total(other))
  }
}
