import ArgumentParser
import Diagrams
import PipelineModel
import ScheduleStudies
import Timeline

/// `pipeloom diff A B`: what two schedules do differently.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what a schedule does differently from another: orders, operations moved, figures.",
    discussion: """
      An operation has moved where it is on another device, or does not keep its place in the order: of two \
      neighbours that change places both have, of one that is taken elsewhere that one alone.

      Examples:
        pipeloom diff 1f1b.json zb-h1.json
        pipeloom diff before.json after.json -o difference.svg
      """)

  @Argument(help: "The first schedule file; '-' for standard input.")
  var first: FilePath

  @Argument(help: "The second schedule file; '-' for standard input.")
  var second: FilePath

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Draw both schedules on one time axis, with what has moved marked: a .svg, .pdf, .png or .dot file.",
      valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    let format = try output.map { try DiagramFormat(file: $0) }
    try output.map { OutputFile(path: $0) }?.checkFolder()
    try InputFile.checkStandardInput([first, second])
    let inputs = try [first, second].map { try ScheduleInput($0) }
    let timelines = try inputs.map { try $0.timeline() }
    let difference = ScheduleDifference(timelines[0], timelines[1])
    if let output, let format {
      let chart = ComparisonChart(
        zip(inputs, timelines).map { ("\($0.title) (\($0.path.inputName))", $1) },
        moved: [difference.differingInFirst, difference.differingInSecond])
      try OutputFile(path: output).write(chart.render(as: format))
    }
    let report = DifferenceReport(
      difference,
      DifferenceReport.Side(file: first.text, title: inputs[0].title, timelines[0]),
      DifferenceReport.Side(file: second.text, title: inputs[1].title, timelines[1]))
    let written = output.map { "  Drawn in \($0.text)\n" as TerminalText } ?? ""
    try StandardOutput.write(json ? MachineReport.json(report) : report.text + written)
  }
}
