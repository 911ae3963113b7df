import ArgumentParser
import PipelineModel
import Timeline

/// `pipeloom compare SCHEDULE...`: schedules side by side.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts the figures of schedules side by side, the shortest first.",
    discussion: """
      Example:
        pipeloom compare 1f1b.json zb-h1.json zb-h2.json
      """)

  @Argument(help: "The schedule files.")
  var schedules: [String]

  @Flag(help: "Print JSON instead of text.")
  var json = false

  /// One schedule's figures.
  private struct Line: Encodable {
    let file: String
    let title: String
    let devices: Int
    let microbatches: Int
    let summary: SummaryFigures
  }

  func run() throws {
    try InputFile.checkStandardInput(schedules)
    var problems: [Problem] = []
    var lines: [Line] = []
    for path in schedules {
      let input = try ScheduleInput(path)
      let timeline = try input.timeline()
      let problem = timeline.schedule.problem
      var summary = timeline.summary
      summary.certificate = Proof(for: timeline).certificate
      problems.append(problem)
      lines.append(
        Line(
          file: path, title: input.title, devices: problem.deviceCount,
          microbatches: problem.microbatchCount, summary: SummaryFigures(summary)))
    }
    lines.sort { $0.summary.makespan < $1.summary.makespan }
    try StandardOutput.write(json ? MachineReport.json(lines) : text(of: lines, problems))
  }

  private func text(of lines: [Line], _ problems: [Problem]) -> String {
    let best = lines.first?.summary.makespan ?? 0
    var table = TextTable([
      ("schedule", .left), ("p", .right), ("m", .right), ("makespan", .right), ("", .right),
      ("makespanBubble", .right), ("period", .right), ("periodBubble", .right), ("spanBubble", .right),
      ("peakMemory", .right), ("gap", .right), ("file", .left),
    ])
    for line in lines {
      let figures = line.summary
      table.add([
        line.title, String(line.devices), String(line.microbatches), figures.makespan.short,
        best > 0 ? "+\((figures.makespan / best - 1).percent)" : "",
        figures.makespanBubble.percent, figures.period.short,
        figures.periodBubble.percent, figures.spanBubble.percent,
        (figures.peakMemory.max() ?? 0).short, (figures.gap ?? 0).percent, line.file,
      ])
    }
    let differ = problems.contains { $0 != problems[0] }
    let note = differ ? "  The schedules are for different problems: compare rates, not times.\n" : ""
    return table.text + note
  }
}
