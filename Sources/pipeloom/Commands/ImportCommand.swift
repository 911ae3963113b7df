import ArgumentParser
import PipelineModel
import ScheduleFormats
import Timeline

/// `pipeloom import FILE --format F --problem P`: a schedule from another program.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Reads the order of a training framework's file and times it under a problem.",
    discussion: """
      The file says in which order operations run, the problem what they cost and where stages are.

      Examples:
        pipeloom import schedule.csv --format torch-csv --problem problem.yaml -o schedule.json
      """)

  @Argument(help: "The framework's file; '-' for standard input.")
  var file: String

  @Option(
    help: ArgumentHelp("The format: \(FormatName.list(ExportFormats.importable)).", valueName: "format"))
  var format: FormatName

  @Option(help: "The problem: a file, '-' or a preset.")
  var problem: String

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    try InputFile.checkStandardInput([file, problem])
    let format = try format.imported()
    let problem = try ProblemFlags.read(problem)
    let input = try InputFile(file, limit: format.largestText)
    let words = try format.decode(input.bytes, file: file, for: problem)
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: problem, words: words))
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: file)): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    try output.write(timeline, title: "Import", generator: generator)
  }
}
