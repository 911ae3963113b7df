import ArgumentParser
import PipelineModel
import ScheduleFormats
import Timeline

/// `pipeloom import FILE --format F`: a schedule from another program, or a problem from its traces.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Reads a training framework's order of operations, or measures its traces.",
    discussion: """
      torch-csv: the file says in which order operations run, --problem what they cost and where stages are; \
      the result is a schedule.

      chrome-trace: traces of a profiler, one with all ranks or one per rank, say what operations cost and where \
      stages are; the result is a problem with the medians. Known names of events: \(TracePattern.known).

      Examples:
        pipeloom import schedule.csv --format torch-csv --problem problem.yaml -o schedule.json
        pipeloom import rank*.json --format chrome-trace -o problem.json
        pipeloom import trace.json --format chrome-trace \
      --pattern '(?<kind>fwd|bwd)_s(?<stage>\\d+)_m(?<microbatch>\\d+)'
      """)

  @Argument(help: "The framework's file, or traces; '-' for standard input.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The format: \(FormatName.list(ExportFormats.importable)), \(TraceImport.format).", valueName: "format")
  )
  var format: FormatName

  @Option(help: "With torch-csv: the problem, a file, '-' or a preset.")
  var problem: String?

  @Option(
    help: ArgumentHelp(
      "With chrome-trace: a regular expression for whole names of events with groups (?<kind>...), "
        + "(?<microbatch>...) and, unless each rank runs one stage, (?<stage>...). Kinds: F, B, W, BW; forward or "
        + "fwd, backward or bwd (fused), I or dgrad, wgrad.", valueName: "expression"))
  var pattern: String?

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    try InputFile.checkStandardInput(files + [problem].compactMap { $0 })
    if format.text == TraceImport.format {
      guard problem == nil else {
        throw Failure(.usage, "--problem: a trace makes a problem and takes none; leave it out")
      }
      return try TraceImport(files: files, pattern: pattern, output: output).run()
    }
    try importOrder(format.imported())
  }

  /// Reads the order of operations for a problem and writes the schedule.
  private func importOrder(_ format: any ImportFormat) throws {
    guard pattern == nil else { throw Failure(.usage, "--pattern: only --format chrome-trace takes one") }
    guard let problem else { throw Failure(.usage, "--problem: \(format.name) needs one, found none") }
    guard files.count == 1, let file = files.first else {
      throw Failure(.usage, "\(format.name): expected one file, found \(files.count)")
    }
    let costs = try ProblemFlags.read(problem)
    let input = try InputFile(file, limit: format.largestText)
    let words = try format.decode(input.bytes, file: file, for: costs)
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: costs, words: words))
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: file)): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    try output.write(timeline, title: "Import", generator: generator)
  }
}
