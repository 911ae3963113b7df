import ArgumentParser
import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleStudies

/// `pipeloom validate RUNS.csv`: measured runs against what is predicted of them.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Compares measured runs with what is predicted of them.",
    discussion: """
      A table of runs is a CSV with one run a row: run, schedule, devices, microbatches, measured_ms, forward_us_0, \
      backward_us_0, weight_us_0, ... (units: ns, us, ms, s). An error is predicted / measured - 1.

      --calibrate fits times that the stages do not tell, on the runs that are not held out: those whose column \
      split is not holdout, or what --holdout says.

      Examples:
        pipeloom validate runs.csv --schedule 1f1b
        pipeloom validate runs.csv --calibrate gap --within 0.5% -o runs.svg
        pipeloom validate runs.csv --calibrate all --holdout devices:16
      """)

  @Argument(help: ArgumentHelp("The table of runs; '-' for standard input.", valueName: "runs"))
  var files: [FilePath]

  @Option(
    help: ArgumentHelp(
      "The family that all runs ran; left out, the column schedule says it of each.", valueName: "family"))
  var schedule: String?

  @OptionGroup
  var parameters: FamilyFlags

  @Option(
    help: ArgumentHelp(
      "Fit a gap between operations, an optimizer step, or both (all), on the runs that are not held out.",
      valueName: "terms"))
  var calibrate = Calibration.Terms.none

  @Option(
    help: ArgumentHelp(
      "The runs to hold out: those with this value in this column.", valueName: "column:value"))
  var holdout: HoldoutRule?

  @Option(
    help: ArgumentHelp(
      "End with status 1 if the mean error, of the runs held out where something is fitted, is larger.",
      valueName: "per cent"))
  var within: Percentage?

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Draw each run above its prediction: a .svg, .pdf, .png or .dot file.", valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    let format = try output.map { try DiagramFormat(file: $0) }
    try output.map { OutputFile(path: $0) }?.checkFolder()
    guard files.count == 1, let path = files.first else {
      throw Failure(.usage, "expected one table of runs, found \(files.count)")
    }
    let family = try schedule.map { try Families.named($0) }
    let table = try RunTable(InputFile(path, limit: RunTable.largestText).bytes, file: path.text)
    let source = RunTableSource(table: table, path: path, family: family, parameters: parameters)
    let runs = try source.runs(holdingOut: holdout)
    let validation: Validation
    do throws(ValidationRefusal) {
      validation = try Validation(runs, calibrating: calibrate)
    } catch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
    try report(validation, source, as: format)
  }

  private func report(
    _ validation: Validation, _ source: RunTableSource, as format: DiagramFormat?
  ) throws {
    let report = ValidationReport(validation, times: source.table.times)
    if within != nil, validation.tested == nil {
      throw Failure(
        .badInput,
        "\(source.path.inputName): expected a run held out from --calibrate, for --within to judge, found none"
      )
    }
    if let output, let format {
      try OutputFile(path: output).write(
        report.chart(named: source.name, allowed: within?.value).render(as: format))
    }
    let written: TerminalText = output.map { "  Drawn in \($0.text)\n" } ?? ""
    let isWithin = validation.tested.flatMap { tested in within.map { tested.mean <= $0.value } } ?? true
    let judgement = within.map { report.judgement(within: $0.value, isMet: isWithin) } ?? ""
    try StandardOutput.write(json ? MachineReport.json(report) : report.text + judgement + written)
    if !isWithin { throw Failure(.violations, "") }
  }
}

extension Calibration.Terms: ExpressibleByArgument {}
