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

  @Option(
    help: ArgumentHelp(
      "With torch-csv and torch-comms: write for this version of PyTorch, such as 2.8, and refuse what it refuses; the "
        + "newest if left out.",
      valueName: "version"))
  var torch: TorchVersion?

  @Option(
    help: ArgumentHelp(
      "With skippipe: where the nodes are, a JSON list of the names that its trainer knows, one a node.",
      valueName: "file"))
  var locations: FilePath?

  private static let microbatchSizeFlag = CountFlag(name: "--microbatch-size", range: 1...1_000_000)

  @Option(help: microbatchSizeFlag.help("How many samples make a microbatch; for --with-config."))
  var microbatchSize = 1

  func validate() throws { try Self.microbatchSizeFlag.check(microbatchSize) }

  func run() throws {
    let format = try chosenFormat()
    let settings = try withConfig.map { try SettingsFile.all($0, for: format, beside: output) } ?? []
    try InputFile.checkStandardInput([schedule] + [locations].compactMap { $0 })
    let input = try ScheduleInput(schedule)
    let timeline = try input.timeline()
    if let torch, let format = format as? TorchCSV {
      try refusing(format.name) { () throws(ExportRefusal) in
        try format.check(timeline.schedule, on: torch)
      }
    }
    let bytes = try refusing(format.name) { () throws(ExportRefusal) in
      try format.checkStreams(of: timeline.schedule.problem)
      return try format.encode(timeline)
    }
    let supplements = try refusing(format.name) { () throws(ExportRefusal) in
      try format.supplements(of: timeline)
    }
    var files = try supplements.map { (file: OutputFile(path: try path(of: $0)), bytes: $0.bytes) }
    files.append((OutputFile(path: output), bytes))
    if !settings.isEmpty { Warnings.show(timeline.schedule.problem.missingModules, in: schedule) }
    for settings in settings.reversed() {
      let fragment = try refusing(settings.format.name) { () throws(ExportRefusal) in
        try settings.format.encode(
          timeline.schedule.problem, file: output.text, microbatchSize: microbatchSize)
      }
      files.insert((OutputFile(path: settings.path), fragment), at: 0)
    }
    try OutputFile.write(files)
  }

  /// The format, with what only it is told.
  private func chosenFormat() throws -> any ExportFormat {
    var format = try format.exported()
    if let torch {
      guard format is TorchCSV || format is TorchComms else {
        throw Failure(.usage, "--torch: expected --format torch-csv or torch-comms, found \(format.name)")
      }
      if format is TorchComms { format = TorchComms(for: torch) }
    }
    guard let locations else { return format }
    guard format is SkipPipe else {
      throw Failure(.usage, "--locations: expected --format skippipe, found \(format.name)")
    }
    let file = try InputFile(locations, limit: SkipPipeFile.largestText)
    return SkipPipe(locations: try SkipPipeFile.locations(file.bytes, file: locations.text))
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

extension TorchVersion: ExpressibleByArgument {
  /// Reads `2.8`.
  public init?(argument: String) { self.init(argument) }
}
