import ArgumentParser
import ScheduleFormats

/// `pipeloom export SCHEDULE --format F -o FILE`: a schedule for another program.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a schedule in the format of a training framework.",
    discussion: """
      Formats:
      \(ExportFormats.all.map { "  \($0.name): \($0.purpose)" }.joined(separator: "\n"))

      Examples:
        pipeloom export schedule.json --format torch-csv -o schedule.csv
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: String

  @Option(help: ArgumentHelp("The format: \(FormatName.list(ExportFormats.all)).", valueName: "format"))
  var format: FormatName

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Write to this file; '-' for standard output.", valueName: "file"))
  var output: String

  func run() throws {
    let format = try format.exported()
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    let bytes: [UInt8]
    do throws(ExportRefusal) {
      bytes = try format.encode(timeline)
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: schedule)): \(format.name): \(error)")
    }
    try OutputFile(path: output).write(bytes)
  }
}
