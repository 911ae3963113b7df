import ArgumentParser
import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleStudies
import Timeline

/// `pipeloom compare SCHEDULE...`: schedules side by side.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts schedules side by side, the shortest first.",
    discussion: """
      With --families, the named families stand beside the schedule files, if there are any: each lays the problem \
      out as it needs it, all within the same memory.

      Examples:
        pipeloom compare 1f1b.json zb-h1.json zb-h2.json -o side-by-side.svg
        pipeloom compare --families all zero-bubble-1.5b --memory-limit 1x -o families.svg
        pipeloom compare --families interleaved,zb-v,dualpipe --devices 8 --microbatches 32 --overlap 0.9
        pipeloom compare --families 1f1b,zb-h1 problem.yaml searched.json --label searched.json=ours -o ours.pdf
        pipeloom compare 1f1b.json zb-h2.json --scenarios jitter.yaml -o strips.svg
      """)

  @Argument(
    help: ArgumentHelp(
      "The schedule files; with --families, the problem among them, unless flags describe it.",
      valueName: "schedule"))
  var inputs: [FilePath] = []

  @Option(
    help: ArgumentHelp(
      "Compare these named families on one problem: 'all', or names with commas between.", valueName: "names")
  )
  var families: String?

  @OptionGroup
  var problem: ProblemFlags

  @OptionGroup
  var parameters: FamilyFlags

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Draw all schedules on one time axis, or with --scenarios what they take in each: a .svg, .pdf, .png or "
        + ".dot file.", valueName: "file"))
  var output: FilePath?

  @Option(
    help: ArgumentHelp(
      "Time all schedules under the scenarios of this file as well; those of one problem meet the same luck.",
      valueName: ScenarioInput.valueName))
  var scenarios: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How the schedules are ordered: the shortest first, or as they are given, families before files.",
      valueName: "order"))
  var order = Order.makespan

  /// How schedules are ordered.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case makespan, given
  }

  @Option(help: DeviceRanges.help)
  var lanes: DeviceRanges?

  @OptionGroup
  var figure: FigureFlags

  func validate() throws {
    if families != nil {
      guard problem.layout.placement == nil else {
        throw ValidationError("--placement: every family has its own; leave it out")
      }
      _ = try sorted
    } else {
      guard !inputs.isEmpty else {
        throw ValidationError("expected schedule files, or --families with a problem; found neither")
      }
      if let flag = problem.firstGiven ?? (parameters.groupSize == nil ? nil : "--group-size") {
        throw ValidationError("\(flag) goes with --families: a schedule file has its own problem")
      }
    }
    guard output == nil, let flag = figure.firstGiven ?? lanes.map({ _ in "--lanes" }) else { return }
    throw ValidationError("\(flag): expected -o with it, as it is of the picture alone; found none")
  }

  /// The arguments by what they are.
  private var sorted: CompareInputs {
    get throws {
      try CompareInputs(inputs, hasFamilies: families != nil, isDescribed: problem.describeProblem)
    }
  }

  func run() throws {
    let format = try output.map { try DiagramFormat(file: $0) }
    try output.map { OutputFile(path: $0) }?.checkFolder()
    try InputFile.checkStandardInput(inputs + [scenarios].compactMap { $0 })
    let scenarios = try scenarios.map(ScenarioInput.init)
    let style = try figure.style(devices: lanes)
    let sorted = try sorted
    let families = try families.map { try Families.list($0) }
    let labels = try figure.labels(of: sorted.schedules.map(\.text) + (families ?? []).map(\.name))
    let comparison = try families.map { try compare($0, on: sorted.problem) }
    var entries = comparison.map { ComparisonEntry.entries(of: $0, in: families ?? []) } ?? []
    entries += try sorted.schedules.map { try ComparisonEntry($0) }
    for index in entries.indices { entries[index].name(by: labels) }
    if order == .makespan { entries.sort { $0.isBefore($1) } }
    if let scenarios { try ComparisonEntry.time(&entries, under: scenarios) }
    if let output, let format {
      try OutputFile(path: output).write(
        ComparisonEntry.drawing(of: entries, as: format, style: style))
    }
    let report = ComparisonReport(entries, comparison)
    try StandardOutput.write(json ? report.json : report.text + written)
    try report.lines.checkCertificates()
  }

  private func compare(_ families: [any Family], on path: FilePath?) throws -> FamilyComparison {
    let (whole, memoryLimit) = try problem.plainProblem(path)
    try MemoryForecast.check(.timing, operations: families.count * whole.operationCount, in: path)
    let comparison = FamilyComparison(
      families, problem: whole, memoryLimit: memoryLimit, chunks: problem.layout.chunks ?? 2,
      pieces: problem.layout.pieces ?? 2, parameters: FamilyParameters(groupSize: parameters.groupSize))
    guard !comparison.entries.isEmpty else {
      let first = comparison.refusals.first?.advice ?? ""
      throw Failure(.badInput, "expected a family that suits the problem, found none: \(first)")
    }
    return comparison
  }

  private var written: TerminalText { output.map { "  Drawn in \($0.text)\n" } ?? "" }
}
