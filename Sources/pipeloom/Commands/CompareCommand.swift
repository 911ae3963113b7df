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
      With --families, the named families take the place of schedule files: each lays the problem out as it \
      needs it, all within the same memory.

      Examples:
        pipeloom compare 1f1b.json zb-h1.json zb-h2.json -o side-by-side.svg
        pipeloom compare --families all zero-bubble-1.5b --memory-limit 1x -o families.svg
        pipeloom compare --families interleaved,zb-v,dualpipe --devices 8 --microbatches 32 --overlap 0.9
      """)

  @Argument(
    help: ArgumentHelp("The schedule files; with --families, the problem.", valueName: "schedule"))
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
      "Draw all schedules on one time axis: a .svg, .pdf, .png or .dot file.", valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    if families != nil {
      guard inputs.count <= 1 else {
        throw ValidationError("--families: expected one problem, found \(inputs.count) arguments")
      }
      guard problem.layout.placement == nil else {
        throw ValidationError("--placement: every family has its own; leave it out")
      }
    } else {
      guard !inputs.isEmpty else {
        throw ValidationError("expected schedule files, or --families with a problem; found neither")
      }
      guard let flag = problem.firstGiven ?? (parameters.groupSize == nil ? nil : "--group-size") else {
        return
      }
      throw ValidationError("\(flag) goes with --families: a schedule file has its own problem")
    }
  }

  func run() throws {
    let format = try output.map { try DiagramFormat(file: $0) }
    try output.map { OutputFile(path: $0) }?.checkFolder()
    if let families {
      try compare(Families.list(families), format: format)
    } else {
      try compareFiles(format: format)
    }
  }

  private func compareFiles(format: DiagramFormat?) throws {
    try InputFile.checkStandardInput(inputs)
    var entries: [(timeline: Timeline, line: ComparisonLine)] = []
    for path in inputs {
      let input = try ScheduleInput(path)
      let timeline = try input.timeline()
      var line = ComparisonLine(
        title: input.title, timeline: timeline, proof: Proof(for: timeline))
      line.file = path.text
      entries.append((timeline, line))
    }
    entries.sort { $0.line.summary.makespan < $1.line.summary.makespan }
    try draw(entries, as: format)
    let lines = entries.map(\.line)
    if json {
      try StandardOutput.write(MachineReport.json(lines))
      return try lines.checkCertificates()
    }
    let problems = entries.map(\.timeline.schedule.problem)
    let differ = problems.contains { $0 != problems[0] }
    let note: TerminalText =
      differ ? "  The schedules are for different problems: compare rates, not times.\n" : ""
    try StandardOutput.write(lines.table + note + written)
    try lines.checkCertificates()
  }

  /// What `--families --json` prints.
  private struct Report: Encodable {
    let problem: String
    let schedules: [ComparisonLine]
    let leftOut: [Refusal]
  }

  /// A family that has no schedule, and why.
  private struct Refusal: Encodable {
    let family: String
    let reason: String
  }

  private func compare(_ families: [any Family], format: DiagramFormat?) throws {
    let (whole, memoryLimit) = try problem.plainProblem(inputs.first)
    try MemoryForecast.check(
      .timing, operations: families.count * whole.operationCount, in: inputs.first)
    let comparison = FamilyComparison(
      families, problem: whole, memoryLimit: memoryLimit, chunks: problem.layout.chunks ?? 2,
      pieces: problem.layout.pieces ?? 2, parameters: FamilyParameters(groupSize: parameters.groupSize))
    let refusals = comparison.refusals.map { Refusal(family: $0.family.name, reason: $0.advice) }
    guard !comparison.entries.isEmpty else {
      let first = refusals.first?.reason ?? ""
      throw Failure(.badInput, "expected a family that suits the problem, found none: \(first)")
    }
    let lines = comparison.entries.map(ComparisonLine.init)
    try draw(Array(zip(comparison.entries.map(\.timeline), lines)), as: format)
    if json {
      let report = Report(problem: whole.name, schedules: lines, leftOut: refusals)
      try StandardOutput.write(MachineReport.json(report))
      return try lines.checkCertificates()
    }
    let rest = refusals.map { "  Left out: \($0.reason)\n" as TerminalText }.joined()
    try StandardOutput.write(lines.table + comparison.layoutNotes + rest + written)
    try lines.checkCertificates()
  }

  private var written: TerminalText { output.map { "  Drawn in \($0.text)\n" } ?? "" }

  private func draw(_ entries: [(timeline: Timeline, line: ComparisonLine)], as format: DiagramFormat?) throws
  {
    guard let output, let format else { return }
    let chart = ComparisonChart(
      entries.map { ($0.line.title, $0.timeline) },
      gaps: entries.map { $0.line.summary.gap.map { $0 == 0 ? "optimal" : "gap \($0.percent)" } })
    try OutputFile(path: output).write(chart.render(as: format))
  }
}
