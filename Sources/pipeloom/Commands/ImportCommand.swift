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

      skippipe: the file says routes and order, --problem what operations cost; or --forward does, with delays and \
      memory from the file, 1.5 times as long for a backward pass and a quarter for the loss.

      chrome-trace, primus, or no format: traces of a profiler, one with all ranks or one per global rank, packed by \
      gzip or not, say what operations cost, where stages are, and what lies between operations; the result is a \
      problem with the means of operations that did not stall, gaps, latencies, first and last operations, optimizer \
      step and tail. Known names of events: \(TracePattern.known).

      Examples:
        pipeloom import schedule.csv --format torch-csv --problem problem.yaml -o schedule.json
        pipeloom import zb-v.csv --format torch-csv --problem uniform-4x8 --chunks 2 --placement v
        pipeloom import plan.json --format skippipe --forward 0.5 -o schedule.json
        pipeloom import rank*.json.gz --skip 2 -o problem.json --schedule observed.json
        pipeloom import trace.json --field args.name -o problem.json
        pipeloom import trace.json --format chrome-trace \
      --pattern '(?<kind>fwd|bwd)_s(?<stage>\\d+)_m(?<microbatch>\\d+)'
      """)

  @Argument(help: "The framework's file, or traces; '-' for standard input.")
  var files: [FilePath]

  @Option(
    help: ArgumentHelp(
      "The format: \(FormatName.list(ExportFormats.importable)), \(SkipPipe().name), "
        + "\(TraceImport.formats.joined(separator: ", ")); traces if left out.",
      valueName: "format")
  )
  var format: FormatName?

  @Option(help: "With torch-csv or skippipe: the problem, a file, '-' or a preset.")
  var problem: FilePath?

  @OptionGroup
  var layout: LayoutFlags

  @OptionGroup
  var trace: TraceFlags

  @Option(
    help: Magnitude.help("With skippipe: the duration of F on every node, in seconds, instead of --problem."))
  var forward: Magnitude?

  @Option(help: "With skippipe: which plan of the file, ca, non-ca or random; the first it has if left out.")
  var plan: SkipPipeFile.PlanName?

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    let format = format ?? FormatName(argument: TraceImport.formats[0])
    let isTrace = TraceImport.formats.contains(format.text)
    try InputFile.checkStandardInput(files + [problem].compactMap { $0 })
    if format.text != TorchCSV().name, let flag = layout.firstGiven {
      throw Failure(.usage, "\(flag): only --format \(TorchCSV().name) takes one")
    }
    if !isTrace, let flag = trace.firstGiven {
      throw Failure(.usage, "\(flag): only traces take one, --format \(TraceImport.formats[0])")
    }
    if format.text == SkipPipe().name {
      return try SkipPipeImport(
        files: files, problem: problem, forward: forward, plan: plan, output: output
      ).run()
    }
    if let flag = forward != nil ? "--forward" : plan != nil ? "--plan" : nil {
      throw Failure(.usage, "\(flag): only --format skippipe takes one")
    }
    if isTrace {
      guard problem == nil else {
        throw Failure(.usage, "--problem: a trace makes a problem and takes none; leave it out")
      }
      return try TraceImport(files: files, flags: trace, output: output).run()
    }
    try importOrder(format.imported())
  }

  /// Reads the order of operations for a problem and writes the schedule.
  private func importOrder(_ format: any ImportFormat) throws {
    guard let problem else { throw Failure(.usage, "--problem: \(format.name) needs one, found none") }
    guard files.count == 1, let file = files.first else {
      throw Failure(.usage, "\(format.name): expected one file, found \(files.count)")
    }
    let costs = try layout.arrange(ProblemFlags.read(problem), chunksPlaced: .loop)
    let input = try InputFile(file, limit: format.largestText)
    let orders = try format.decode(input.bytes, file: file.text, for: costs)
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: costs, orders: orders))
    } catch {
      throw Failure(.badInput, "\(file.inputName): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    try output.write(timeline, title: "Import", generator: generator)
  }
}
