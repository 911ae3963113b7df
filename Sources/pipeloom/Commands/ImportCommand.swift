import ArgumentParser
import PipelineModel
import ScheduleChecker
import ScheduleFormats
import Timeline

/// `pipeloom import FILE --format F`: a schedule from another program, or a problem from its traces.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Reads a training framework's order of operations, or measures its traces.",
    discussion: """
      torch-csv: the file says in which order operations run, --problem what they cost and where stages are; \
      without it, every F, I and W takes 1 and stages are where the file has them. The result is a schedule.

      torch-comms, program: programs with their sends and receives, as PyTorch lowers them or 'export --format \
      program' writes them, read as torch-csv is and proved as they stand: where they can block, the shortest circle of \
      ranks that wait for each other is printed.

      skippipe: the file says routes and order, --problem what operations cost; or --forward does, with delays and \
      memory from the file, 1.5 times as long for a backward pass and a quarter for the loss.

      chrome-trace, primus, or no format: traces of a profiler, one with all ranks or one per global rank, packed by \
      gzip or not, say what operations cost, where stages are, and what lies between operations; the result is a \
      problem with the means of operations that did not stall, gaps, latencies, first and last operations, optimizer \
      step and tail. Known names of events: \(TracePattern.known).

      runs: a table of measured runs, one a row with the times of its stages; the result is a problem for each, in \
      the folder of -o.

      megatron: the argument is a layout, such as 'Et*3|(tt|)*29,m|L', and --layer-times says what its letters take, or is \
      a problem with layers, each of which the layout places; the result is a problem whose layers lie so.

      torchtitan, nemo: the same of the trainer's configuration, or of its module_fqns_per_model_part alone; devices, \
      microbatches and a V are taken from it where it says them.

      Examples:
        pipeloom import schedule.csv --format torch-csv --problem problem.yaml -o schedule.json
        pipeloom import zb-v.csv --format torch-csv --problem uniform-4x8 --chunks 2 --placement v
        pipeloom import lowered.csv --format torch-comms --communication rendezvous -o schedule.json
        pipeloom import runs.csv --format runs -o runs
        pipeloom import 'Et*3|(tt|)*29,m|L' --format megatron --layer-times layers.yaml -o problem.json
        pipeloom import train.toml --format torchtitan --layer-times layers.yaml -o problem.json
        pipeloom import plan.json --format skippipe --forward 0.5 -o schedule.json
        pipeloom import rank*.json.gz --skip 2 -o problem.json --schedule observed.json
        pipeloom import trace.json --field args.name -o problem.json
        pipeloom import trace.json --format chrome-trace \
      --pattern '(?<kind>fwd|bwd)_s(?<stage>\\d+)_m(?<microbatch>\\d+)'
      """)

  private static let devicesFlag = CountFlag(name: "--devices", range: ProblemRules.counts)
  private static let microbatchesFlag = CountFlag(name: "--microbatches", range: ProblemRules.counts)

  @Argument(help: "The framework's file, or traces; '-' for standard input. With megatron, a layout.")
  var files: [FilePath]

  @Option(
    help: ArgumentHelp(
      "The format: \(ImportSource.names); traces if left out.", valueName: "format"))
  var format: FormatName?

  @Option(help: "With torch-csv, torch-comms, program or skippipe: the problem, a file, '-' or a preset.")
  var problem: FilePath?

  @OptionGroup
  var layout: LayoutFlags

  @Option(
    help: ArgumentHelp(
      "With torch-comms or program: when sends and receives complete, as for check; the first of rendezvous, batched "
        + "and buffered in which the program runs if left out.",
      valueName: "mode"))
  var communication: CommunicationMode?

  @OptionGroup
  var trace: TraceFlags

  @Option(
    help: ArgumentHelp(
      "With traces: write the order that ran to this file, as a schedule of the measured problem.",
      valueName: "file"))
  var schedule: FilePath?

  @Option(
    help: ArgumentHelp(
      "With traces: write what each operation took in each iteration to this file, for --scenarios.",
      valueName: "file"))
  var keepSamples: FilePath?

  @Option(
    help: Magnitude.help("With skippipe: the duration of F on every node, in seconds, instead of --problem."))
  var forward: Magnitude?

  @Option(
    help: ArgumentHelp(
      "With megatron, torchtitan or nemo: the figures of a layer of each letter E, t, m and L, or a problem with layers.",
      valueName: "file"))
  var layerTimes: FilePath?

  @Option(help: devicesFlag.help("With a layout: the number of devices, unless a file says it."))
  var devices: Int?

  @Option(help: microbatchesFlag.help("With a layout: the number of microbatches, unless a file says it."))
  var microbatches: Int?

  @Option(help: "With skippipe: which plan of the file, ca, non-ca or random; the first it has if left out.")
  var plan: SkipPipeFile.PlanName?

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    let source = try ImportSource(format)
    try InputFile.checkStandardInput(
      (source.isArgument ? [] : files) + [problem, layerTimes].compactMap { $0 })
    try checkFlags(of: source)
    switch source {
    case .orders(let format): try importOrder(format)
    case .program(let format):
      try ProgramImport(
        files: files, format: format, problem: problem, layout: layout, communication: communication,
        output: output
      ).run()
    case .skipPipe:
      try SkipPipeImport(files: files, problem: problem, forward: forward, plan: plan, output: output).run()
    case .traces:
      try TraceImport(files: files, flags: trace, schedule: schedule, samples: keepSamples, output: output)
        .run()
    case .runs: try RunsImport(files: files, output: output).run()
    case .layout(let format):
      try LayoutImport(
        format: format, layouts: files, times: layerTimes, devices: devices, microbatches: microbatches,
        output: output
      ).run()
    }
  }

  /// Refuses flags that the source has no use for.
  private func checkFlags(of source: ImportSource) throws(Failure) {
    func refuse(_ flag: String?, unless isTaken: Bool, _ reason: String) throws(Failure) {
      if let flag, !isTaken { throw Failure(.usage, "\(flag): \(reason)") }
    }
    try refuse(
      layout.firstGiven, unless: source.takesLayout, "only --format \(TorchCSV().name) takes one")
    try refuse(
      communication == nil ? nil : "--communication", unless: source.takesCommunication,
      "only a format of programs takes one, \(ProgramFormats.all.map(\.name).joined(separator: " or "))")
    try refuse(
      forward != nil ? "--forward" : plan != nil ? "--plan" : nil, unless: source.takesPlan,
      "only --format \(SkipPipe().name) takes one")
    try refuse(
      trace.firstGiven ?? (schedule != nil ? "--schedule" : keepSamples != nil ? "--keep-samples" : nil),
      unless: source.takesTraceFlags, "only traces take one, --format \(TraceImport.formats[0])")
    let layers = [
      ("--layer-times", layerTimes != nil), ("--devices", devices != nil),
      ("--microbatches", microbatches != nil),
    ]
    try refuse(
      layers.first(where: \.1)?.0, unless: source.takesLayerTimes,
      "only --format \(LayoutImport.Format.all.map(\.name).joined(separator: ", ")) take one")
    if let reason = source.makesProblem {
      try refuse(problem == nil ? nil : "--problem", unless: false, "\(reason); leave it out")
    }
  }

  /// Reads the order of operations for a problem and writes the schedule.
  private func importOrder(_ format: any ImportFormat) throws {
    guard files.count == 1, let file = files.first else {
      throw Failure(.usage, "\(format.name): expected one file, found \(files.count)")
    }
    if problem == nil, let flag = layout.firstGiven {
      throw Failure(.usage, "\(flag) lays --problem out anew: expected one with it, found none")
    }
    let given = try problem.map { try layout.arrange(ProblemFlags.read($0), chunksPlaced: .loop) }
    let input = try InputFile(file, limit: format.largestText)
    guard let costs = try given ?? format.impliedProblem(of: input.bytes, file: file.text) else {
      throw Failure(.usage, "--problem: \(format.name) needs one, found none")
    }
    let orders = try format.decode(input.bytes, file: file.text, for: costs)
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: costs, orders: orders))
    } catch {
      throw Failure(.badInput, "\(file.inputName): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    try output.write(
      timeline, title: "Import", generator: generator, notes: given == nil ? [costs.impliedCosts] : [])
  }
}
