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
  var schedule: FilePath

  @Option(help: ArgumentHelp("The format: \(FormatName.list(ExportFormats.all)).", valueName: "format"))
  var format: FormatName

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Write to this file; '-' for standard output.", valueName: "file"))
  var output: FilePath

  @Option(
    help: ArgumentHelp(
      "With torch-csv: also write the settings for torchtitan or nemo, beside the file and with its name.",
      valueName: "framework"))
  var withConfig: String?

  private static let microbatchSizeFlag = CountFlag(name: "--microbatch-size", range: 1...1_000_000)

  @Option(help: microbatchSizeFlag.help("How many samples make a microbatch; for --with-config."))
  var microbatchSize = 1

  func validate() throws { try Self.microbatchSizeFlag.check(microbatchSize) }

  func run() throws {
    let format = try format.exported()
    let settings = try withConfig.map { try SettingsFile($0, for: format, beside: output) }
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    let bytes = try refusing(format.name) { () throws(ExportRefusal) in
      try format.checkStreams(of: timeline.schedule.problem)
      return try format.encode(timeline)
    }
    let supplements = try refusing(format.name) { () throws(ExportRefusal) in
      try format.supplements(of: timeline)
    }
    var files = try supplements.map { (file: OutputFile(path: try path(of: $0)), bytes: $0.bytes) }
    files.append((OutputFile(path: output), bytes))
    if let settings {
      Warnings.show(timeline.schedule.problem.missingModules, in: schedule)
      let fragment = try refusing(settings.format.name) { () throws(ExportRefusal) in
        try settings.format.encode(
          timeline.schedule.problem, file: output.text, microbatchSize: microbatchSize)
      }
      files.insert((OutputFile(path: settings.path), fragment), at: 0)
    }
    try OutputFile.write(files)
  }

  /// Where a file goes that belongs beside the exported one.
  private func path(of supplement: ExportSupplement) throws(Failure) -> FilePath {
    guard !output.isStandardStream else {
      throw Failure(
        .usage, "--output: expected a file, as \(supplement.purpose) are written beside it, found '-'")
    }
    return output.withEnding(supplement.fileEnding)
  }

  /// Encodes, and words a refusal with the names of the file and the format.
  private func refusing<Encoded>(
    _ format: String, _ encode: () throws(ExportRefusal) -> Encoded
  ) throws(Failure) -> Encoded {
    do throws(ExportRefusal) {
      return try encode()
    } catch {
      throw Failure(.badInput, "\(schedule.inputName): \(format): \(error.advice)")
    }
  }
}
