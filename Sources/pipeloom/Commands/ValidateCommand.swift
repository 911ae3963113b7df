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
      Traces, as import reads them: a problem is measured on every other iteration, and predicts the iterations that are \
      held out, in the order that they ran.

      A table of runs is a CSV with one run a row: run, schedule, devices, microbatches, measured_ms, forward_us_0, \
      backward_us_0, weight_us_0, ... (units: ns, us, ms, s). An error is predicted / measured - 1.

      --calibrate fits times that the stages do not tell, on the runs that are not held out: those whose column \
      split is not holdout, or what --holdout says.

      Examples:
        pipeloom validate runs.csv --schedule 1f1b
        pipeloom validate runs.csv --calibrate gap --within 0.5% -o runs.svg
        pipeloom validate runs.csv --calibrate all --holdout devices:16
        pipeloom validate rank*.json.gz --within 0.5% -o iteration.svg
      """)

  @Argument(help: ArgumentHelp("The table of runs, or traces; '-' for standard input.", valueName: "runs"))
  var files: [FilePath]

  @Option(
    help: ArgumentHelp(
      "With a table: the family that all runs ran; left out, the column schedule says it of each.",
      valueName: "family"))
  var schedule: String?

  @OptionGroup
  var parameters: FamilyFlags

  @OptionGroup
  var trace: TraceFlags

  @Option(
    help: ArgumentHelp(
      "Fit a gap between operations, an optimizer step, or both (all), on the runs that are not held out.",
      valueName: "terms"))
  var calibrate = Calibration.Terms.none

  @Option(
    help: ArgumentHelp(
      "With a table: the runs to hold out, those with this value in this column.", valueName: "column:value"))
  var holdout: HoldoutRule?

  @Option(
    help: ArgumentHelp(
      "End with status 1 if the mean error, of the runs held out where something is fitted, is larger.",
      valueName: "per cent"))
  var within: Percentage?

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Draw each run above its prediction, of traces the iteration whose error is the median: a .svg, .pdf, .png or .dot "
        + "file.", valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    let format = try output.map { try DiagramFormat(file: $0) }
    try output.map { OutputFile(path: $0) }?.checkFolder()
    try InputFile.checkStandardInput(files)
    let source = try source()
    let validation: Validation
    do throws(ValidationRefusal) {
      validation = try Validation(source.runs, calibrating: calibrate, isMeasured: source.isMeasured)
    } catch {
      throw Failure(.badInput, "\(files[0].inputName): \(error)")
    }
    try report(validation, source, as: format)
  }

  /// What the files are: a table, or traces.
  private func source() throws -> any ValidationSource {
    let first = try InputFile(files[0], limit: TraceReader.largestText) {
      TraceReader.isPossible($0) || $0.count <= RunTable.largestText
    }
    if TraceReader.isPossible(first.bytes) {
      let flag =
        schedule != nil
        ? "--schedule" : holdout != nil ? "--holdout" : parameters.groupSize != nil ? "--group-size" : nil
      if let flag { throw Failure(.usage, "\(flag): only a table of runs takes one; traces tell what ran") }
      return try TraceSource(trace.read(files, first: first), path: files[0])
    }
    guard files.count == 1 else {
      throw Failure(.usage, "expected one table of runs, found \(files.count)")
    }
    if let flag = trace.firstGiven {
      throw Failure(.usage, "\(flag): only traces take one, and \(files[0].inputName) is a table")
    }
    let family = try schedule.map { try Families.named($0) }
    let table = try RunTable(first.bytes, file: files[0].text)
    return try RunTableSource(
      table: table, path: files[0], family: family, parameters: parameters, holdingOut: holdout)
  }

  private func report(
    _ validation: Validation, _ source: any ValidationSource, as format: DiagramFormat?
  ) throws {
    let report = ValidationReport(validation, times: source.times)
    if within != nil, validation.tested == nil {
      throw Failure(
        .badInput, "\(files[0].inputName): expected a run held out, for --within to judge, found none")
    }
    if let output, let format {
      try OutputFile(path: output).write(
        source.picture(of: validation, report, allowed: within?.value, as: format))
    }
    let written: TerminalText = output.map { "  Drawn in \($0.text)\n" } ?? ""
    let isWithin = validation.tested.flatMap { tested in within.map { tested.mean <= $0.value } } ?? true
    let judgement = within.map { report.judgement(within: $0.value, isMet: isWithin) } ?? ""
    try StandardOutput.write(json ? MachineReport.json(report) : report.text + judgement + written)
    if !isWithin { throw Failure(.violations, "") }
  }
}

extension Calibration.Terms: ExpressibleByArgument {}
