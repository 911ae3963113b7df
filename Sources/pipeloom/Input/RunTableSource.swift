import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleStudies

/// The runs of a table with the schedules that they ran.
struct RunTableSource: ValidationSource {
  private(set) var runs: [ValidationRun] = []
  private let table: RunTable
  private let path: FilePath
  /// The family that all runs ran; `nil` where each row says its own.
  private let family: (any Family)?
  private let parameters: FamilyFlags

  var isMeasured: Bool { false }
  var times: RunTimes { table.times }

  /// Gives every run its schedule.
  ///
  /// - Parameter rule: which are held out; `nil` for the usual ones.
  /// - Throws: `Failure` or `FormatError` naming the row or column that says too little, or nothing that can be.
  init(
    table: RunTable, path: FilePath, family: (any Family)?, parameters: FamilyFlags,
    holdingOut rule: HoldoutRule?
  ) throws {
    (self.table, self.path, self.family, self.parameters) = (table, path, family, parameters)
    if let rule { try check(rule) }
    let rule = rule ?? .usual
    // All predictions are kept, for the report.
    try MemoryForecast.check(
      .timing, operations: table.runs.reduce(0) { $0 + $1.problem.operationCount }, in: path)
    runs = try table.runs.map { run in
      guard let measured = run.measured else { throw missing(column: "measured") }
      return try named(run) {
        try ValidationRun(
          name: run.name, schedule: schedule(of: run), measured: measured,
          isHeldOut: table.text(of: run, in: rule.column) == rule.value)
      }
    }
  }

  func picture(
    of validation: Validation, _ report: ValidationReport, allowed: Double?, as format: DiagramFormat
  ) throws -> [UInt8] {
    try report.chart(named: path.lastName.inputName, allowed: allowed).render(as: format)
  }

  private func check(_ rule: HoldoutRule) throws(Failure) {
    guard table.columns.contains(rule.column) else {
      let names = table.columns.map(\.printable).joined(separator: ", ").abridged(to: 400)
      throw Failure(
        .badInput,
        "\(path.inputName): --holdout: expected a column (\(names)), found \(rule.column.quoted)")
    }
    guard table.runs.contains(where: { table.text(of: $0, in: rule.column) == rule.value }) else {
      throw Failure(
        .badInput,
        "\(path.inputName): --holdout: expected a run with \(rule.value.quoted) in the column "
          + "\(rule.column.quoted), found none")
    }
  }

  private func schedule(of run: RunTable.Run) throws -> Schedule {
    guard let family = try family ?? run.schedule.map(Families.named) else {
      throw Failure(
        .usage,
        "\(path.inputName): expected --schedule with a family, as the table has no column \"schedule\"")
    }
    return try family.measuredSchedule(for: run.problem, parameters: parameters.parameters(of: family))
  }

  /// Words what is wrong with a run with its row.
  private func named<Value>(_ run: RunTable.Run, _ make: () throws -> Value) throws -> Value {
    func failure(_ error: any Error, column: String = "") -> Failure {
      Failure(.badInput, "\(path.inputName):\(run.line): \(column)\(error)")
    }
    do {
      return try make()
    } catch let error as FamilyError {
      throw failure(error, column: "schedule: ")
    } catch let error as FamilyRefusal {
      throw failure(error)
    } catch let error as ValidationRefusal {
      throw failure(error)
    }
  }

  private func missing(column: String) -> FormatError {
    FormatError(.expected("a column \(column.quoted)", found: "none"), file: path.text, line: 1)
  }
}
