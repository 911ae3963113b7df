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
        pipeloom compare 1f1b.json zb-h2.json --scenarios jitter.yaml -o strips.svg
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
    try InputFile.checkStandardInput(inputs + [scenarios].compactMap { $0 })
    let scenarios = try scenarios.map(ScenarioInput.init)
    if let families {
      try compare(Families.list(families), under: scenarios, format: format)
    } else {
      try compareFiles(under: scenarios, format: format)
    }
  }

  private func compareFiles(under scenarios: ScenarioInput?, format: DiagramFormat?) throws {
    var entries: [Entry] = []
    for path in inputs {
      let input = try ScheduleInput(path)
      let timeline = try input.timeline()
      var line = ComparisonLine(
        title: input.title, timeline: timeline, proof: Proof(for: timeline))
      line.file = path.text
      entries.append(Entry(timeline: timeline, line: line))
    }
    entries.sort { $0.line.summary.makespan < $1.line.summary.makespan }
    try scenarios.map { try Self.time(&entries, under: $0) }
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

  private func compare(
    _ families: [any Family], under scenarios: ScenarioInput?, format: DiagramFormat?
  ) throws {
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
    var entries = comparison.entries.map { Entry(timeline: $0.timeline, line: ComparisonLine($0)) }
    try scenarios.map { try Self.time(&entries, under: $0) }
    let lines = entries.map(\.line)
    try draw(entries, as: format)
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

  /// A schedule with its line.
  fileprivate struct Entry {
    let timeline: Timeline
    var line: ComparisonLine
    /// Its makespans under scenarios, where somebody asks.
    var makespans: [Double]?
  }

  private static func time(_ entries: inout [Entry], under scenarios: ScenarioInput) throws(Failure) {
    let run = try scenarios.run(entries.map(\.timeline))
    for (index, outcome) in run.outcomes.enumerated() {
      entries[index].line.scenarios = ScenarioReport(outcome, isOneOfSeveral: true)
      entries[index].makespans = outcome.makespans
    }
  }

  private func draw(_ entries: [Entry], as format: DiagramFormat?) throws {
    guard let output, let format else { return }
    try OutputFile(path: output).write(Self.drawing(of: entries, as: format))
  }

  private static func drawing(of entries: [Entry], as format: DiagramFormat) throws(DiagramError) -> [UInt8] {
    if entries.contains(where: { $0.makespans != nil }) {
      return try StripChart(entries.compactMap(\.scenarioLine)).render(as: format)
    }
    return try ComparisonChart(
      entries.map { ($0.line.title, $0.timeline) },
      gaps: entries.map { $0.line.summary.gap.map { $0 == 0 ? "optimal" : "gap \($0.percent)" } }
    ).render(as: format)
  }
}

extension CompareCommand.Entry {
  /// What a picture says of the schedule under scenarios.
  fileprivate var scenarioLine: StripChart.Subject? {
    guard let makespans, let figures = line.scenarios else { return nil }
    return StripChart.Subject(
      title: line.title, timeline: timeline, makespans: makespans, mean: figures.makespan.mean,
      high: figures.makespan.p95, regret: figures.regret ?? 0)
  }
}
