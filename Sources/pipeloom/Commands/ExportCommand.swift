import ArgumentParser
import PipelineModel
import ScheduleFormats

/// `pipeloom export SCHEDULE --format F -o FILE`: a schedule for another program.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a schedule in the format of a training framework or a trace viewer.",
    discussion: """
      Formats:
      \(ExportFormats.all.map { "  \($0.name): \($0.purpose)" }.joined(separator: "\n"))

      Examples:
        pipeloom export schedule.json --format torch-csv -o schedule.csv
        pipeloom export schedule.json --format torch-csv --with-config torchtitan -o schedule.csv
        pipeloom export schedule.json --format perfetto -o trace.json
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: String

  @Option(help: ArgumentHelp("The format: \(FormatName.list(ExportFormats.all)).", valueName: "format"))
  var format: FormatName

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Write to this file; '-' for standard output.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "With torch-csv: also write the settings for torchtitan or nemo, beside the file and with its name.",
      valueName: "framework"))
  var withConfig: String?

  @Option(help: "How many samples make a microbatch; for --with-config.")
  var microbatchSize = 1

  func validate() throws {
    guard (1...Self.largestMicrobatch).contains(microbatchSize) else {
      throw ValidationError(
        "--microbatch-size: expected a count from 1 to \(Self.largestMicrobatch), found \(microbatchSize)")
    }
  }

  private static let largestMicrobatch = 1_000_000

  func run() throws {
    let format = try format.exported()
    let settings = try withConfig.map { try SettingsFile($0, for: format, beside: output) }
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    let bytes = try exported(by: format.name) { () throws(ExportRefusal) in try format.encode(timeline) }
    if let settings {
      for module in timeline.schedule.problem.missingModules {
        StandardError.warn(module, about: schedule)
      }
      let fragment = try exported(by: settings.format.name) { () throws(ExportRefusal) in
        try settings.format.encode(
          timeline.schedule.problem, file: output, microbatchSize: microbatchSize)
      }
      try OutputFile(path: settings.path).write(fragment)
    }
    try OutputFile(path: output).write(bytes)
  }

  /// Encodes, and words a refusal with the names of the file and the format.
  private func exported(
    by format: String, _ encode: () throws(ExportRefusal) -> [UInt8]
  ) throws(Failure) -> [UInt8] {
    do throws(ExportRefusal) {
      return try encode()
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: schedule)): \(format): \(error)")
    }
  }
}
