import ArgumentParser
import PipelineModel
import ReportPages

/// `pipeloom report SCHEDULE... -o FILE.html`: a page to zoom, ask and print.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes schedules as one page of HTML to zoom, ask and print.",
    discussion: """
      The page needs nothing but itself: mail it, or keep it beside the schedules. It shows all schedules on one axis of \
      time, what each device holds and waits for, and what is proved, in the order that they are given.

      Examples:
        pipeloom report best.json -o best.html
        pipeloom report 1f1b.json zb-h1.json best.json --title "Three schedules" -o report.html
      """)

  @Argument(help: ArgumentHelp("The schedule files; '-' for standard input.", valueName: "schedule"))
  var schedules: [FilePath]

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The page's file; '-' for standard output.", valueName: "file"))
  var output: FilePath

  @Option(help: ArgumentHelp("The page's first line.", valueName: "text"))
  var title: String?

  func run() throws {
    try OutputFile(path: output).checkFolder()
    try InputFile.checkStandardInput(schedules)
    let reports = try schedules.map { try PageReport(ScheduleInput($0)) }
    let page = ReportPage(
      title: title ?? reports.map(\.line.title).joined(separator: ", "), overview: reports.overview,
      causes: ReportPage.idleCauses, entries: reports.map(\.entry))
    try OutputFile(path: output).write(page.html())
    try reports.map(\.line).checkCertificates()
  }
}
