import ArgumentParser
import GanttDiagram
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import Timeline

/// `pipeloom search PROBLEM`: the best schedule that can be found, and how far from the best possible it is.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the shortest schedule within the memory limits, with a proof of how good it is.",
    discussion: """
      Starts from every named family that fits, improves on them until the lower bound is met or the time is \
      up, and certifies the rest. Ctrl-C ends the search with the best schedule so far. A problem file with \
      skipReorder and no routes has its routes chosen too, and where it gives only the number of devices per \
      stage, first the devices.

      Examples:
        pipeloom search profile.yaml -o best.json
        pipeloom search zero-bubble-1.5b --memory-limit 0.75x --objective period --time-limit 10
        pipeloom search uniform-4x8 --memory-limit 0.75x --prove
        pipeloom search zero-bubble-1.5b --sweep-memory 0.5x:2x:0.25x -o curve.svg
      """)

  @OptionGroup
  var problem: ProblemOptions

  @OptionGroup
  var options: SearchFlags

  @Option(
    help: ArgumentHelp(
      "Search under each of these memory limits, multiples of the largest peak of 1F1B, and print what each "
        + "buys; -o then names a diagram of the curve.",
      valueName: "first:last:step"))
  var sweepMemory: MemorySweep?

  @Flag(
    help: ArgumentHelp(
      "Search for routes of every number of stages, and print what skipping saves against the full pipeline.",
      discussion: "For a problem with skipReorder and no routes; the time limit is for each search."))
  var sweepSkips = false

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    let contents = try problem.flags.contents(problem.problem)
    switch contents {
    case .problem(let problem): try Search.checkScope(of: problem, proving: options.prove)
    case .routing(let problem): try Search.checkScope(of: problem.frame, proving: options.prove)
    case .placing(let problem): try Search.checkScope(of: problem.routing.frame)
    }
    try output.output.map { OutputFile(path: $0) }?.checkFolder()
    switch contents {
    case .problem(let problem): try run(problem)
    case .routing(let problem): try run(problem)
    case .placing(let problem): try run(problem)
    }
  }

  /// Chooses the devices of every stage, then routes and words.
  private func run(_ placing: PlacementProblem) throws {
    guard !options.prove else {
      throw Failure(
        .usage,
        "--prove: devices are still to be chosen; search once with -o, then prove under that placement")
    }
    try refuseSweepOfMemory()
    let routing: RoutingProblem
    do throws(ProblemError) { routing = try options.place(placing) } catch {
      throw Failure(.badInput, "\(InputFile.name(of: problem.problem ?? "-")): \(error)")
    }
    let stages = routing.hosts.enumerated().map { stage, hosts in
      "stage \(stage) on \(hosts.map(\.description).joined(separator: ", "))"
    }
    let note =
      "Devices chosen by local search: \(stages.joined(separator: "; ")). The bound is that of this placement."
    try run(routing, share: 0.8, notes: [note])
  }

  private func refuseSweepOfMemory() throws(Failure) {
    if sweepMemory != nil {
      throw Failure(
        .usage, "--sweep-memory: routes are still to be chosen; search once with -o, then search the result")
    }
  }

  /// Chooses routes, and words for them.
  ///
  /// - Parameter share: of the time, where some has been used.
  private func run(_ routing: RoutingProblem, share: Double = 1, notes: [String] = []) throws {
    try refuseSweepOfMemory()
    let path = problem.problem ?? "-"
    warn(of: routing.suspiciousFigures, in: path)
    if sweepSkips {
      let (lines, defect) = SkipSweepRun(problem: routing, flags: options).lines()
      let text = SkipSweepRun.text(lines, unit: routing.units.time, objective: options.objective)
      try StandardOutput.write(output.json ? MachineReport.json(lines) : text)
      if let defect { throw defect }
      return
    }
    let begin = ContinuousClock.now
    let interrupt = Interrupt()
    let result: RoutingResult
    do throws(RoutingRefusal) {
      result = try options.search(routing, share: share, until: interrupt)
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: path)): \(error)")
    }
    var schedule = Schedule(problem: result.problem, words: result.search.words)
    var proof = Proof(result.search)
    if options.prove, !interrupt.hasHappened {
      let proveBegin = ContinuousClock.now
      let exact = options.prove(routing, best: result, since: begin, until: interrupt)
      schedule = Schedule(problem: exact.problem, words: exact.search.words)
      proof = Proof(
        exact.search, bound: result.search.bound, time: ContinuousClock.now - proveBegin,
        choosing: "choice of routes and orders")
    }
    let timeline = try Timeline(schedule)
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    try output.write(timeline, title: "Search", generator: generator, proof: proof, notes: notes)
  }

  /// Prints the first few figures that look like slips.
  private func warn(of figures: [SuspiciousFigure], in file: String) {
    let shown = 5
    for figure in figures.prefix(shown) { StandardError.warn(figure, about: file) }
    if figures.count > shown {
      StandardError.warn("and \(figures.count - shown) more figures like these", about: file)
    }
  }

  private func run(_ problem: Problem) throws {
    if sweepSkips {
      throw Failure(.usage, "--sweep-skips: expected a problem with skipReorder and without routes")
    }
    if let sweepMemory {
      return try run(MemorySweepRun(problem: problem, sweep: sweepMemory, flags: options))
    }
    let begin = ContinuousClock.now
    let interrupt = Interrupt()
    let result = options.search(problem, until: interrupt)
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    var words = result.words
    var proof = Proof(result)
    if options.prove, !interrupt.hasHappened {
      let proveBegin = ContinuousClock.now
      let exact = options.prove(problem, best: result, since: begin, until: interrupt)
      words = exact.words
      proof = Proof(
        exact, bound: result.bound, time: ContinuousClock.now - proveBegin)
    }
    let timeline = try Timeline(Schedule(problem: problem, words: words))
    try output.write(timeline, title: "Search", generator: generator, proof: proof)
  }

  func validate() throws {
    if sweepSkips && output.output != nil {
      throw ValidationError("--sweep-skips: it writes no schedule; leave -o out")
    }
    if options.prove && sweepSkips {
      throw ValidationError("--prove: a sweep of skips has no proofs; leave one of them out")
    }
    if options.prove && sweepMemory != nil {
      throw ValidationError("--prove: a sweep of memory limits has no proofs; leave one of them out")
    }
  }

  private func run(_ sweep: MemorySweepRun) throws {
    let format = try output.output.map { try DiagramFormat(file: $0) }
    let (lines, defect) = try sweep.lines()
    let report = SweepReport(problem: sweep.problem.name, objective: options.objective, lines: lines)
    if let path = output.output, let format {
      try OutputFile(path: path).write(sweep.chart(of: report.lines).render(as: format))
    }
    try StandardOutput.write(output.json ? MachineReport.json(report) : report.text)
    if let defect { throw defect }
  }
}
