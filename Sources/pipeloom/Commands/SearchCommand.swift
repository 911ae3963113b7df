import ArgumentParser
import Diagrams
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
      up, and certifies the rest. Ctrl-C, or a signal by which a batch system stops a program, ends the search \
      with the best schedule so far. A problem file with skipReorder and no routes has its routes chosen too, one \
      with stages on several devices and no routes the device of every visit, and where it gives only the number \
      of devices per stage, first the devices.

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
        + "buys; -o then names a diagram of the curve. Up to \(MemorySweep.largestCount) limits.",
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
    let operations: Int
    switch contents {
    case .problem(let problem):
      try Search.checkScope(of: problem, proving: options.prove)
      operations = problem.operationCount
    case .routing(let problem):
      try Search.checkScope(of: problem, proving: options.prove)
      operations = problem.operationCount
    case .placing(let problem):
      try Search.checkScope(of: problem.routing)
      operations = problem.routing.operationCount
    }
    try MemoryForecast.check(
      .searching(threads: options.threads ?? 1), operations: operations, in: problem.problem)
    try output.output.map { OutputFile(path: $0) }?.checkFolder()
    // To the end: a signal that comes while the result is written finds the search ended, and changes nothing.
    let interrupt = Interrupt()
    switch contents {
    case .problem(let problem): try run(problem, until: interrupt)
    case .routing(let problem): try run(problem, until: interrupt)
    case .placing(let problem): try run(problem, until: interrupt)
    }
  }

  /// Chooses the devices of every stage, then routes and orders.
  private func run(_ placing: PlacementProblem, until interrupt: borrowing Interrupt) throws {
    guard !options.prove else {
      throw Failure(
        .usage,
        "--prove: devices are still to be chosen; search once with -o, then prove under that placement")
    }
    try refuseSweepOfMemory()
    let routing: RoutingProblem
    do throws(ProblemError) { routing = try options.place(placing) } catch {
      throw Failure(.badInput, "\(fileName): \(error)")
    }
    let stages = routing.hosts.enumerated().map { stage, hosts in
      "stage \(stage) on \(hosts.map(\.description).joined(separator: ", "))"
    }
    let note =
      "Devices chosen by local search: \(stages.joined(separator: "; ")). The bound is that of this placement."
    try run(routing, share: 0.8, notes: [note], until: interrupt)
  }

  private func refuseSweepOfMemory() throws(Failure) {
    if sweepMemory != nil {
      throw Failure(
        .usage, "--sweep-memory: routes are still to be chosen; search once with -o, then search the result")
    }
  }

  /// Chooses routes, and orders for them.
  ///
  /// - Parameter share: of the time, where some has been used.
  private func run(
    _ routing: RoutingProblem, share: Double = 1, notes: [String] = [], until interrupt: borrowing Interrupt
  ) throws {
    try refuseSweepOfMemory()
    if sweepSkips {
      try Self.checkRules(routing)
      let (lines, defect) = SkipSweepRun(problem: routing, flags: options).lines(until: interrupt)
      let text = SkipSweepRun.text(lines, unit: routing.units.time, objective: options.objective)
      try StandardOutput.write(output.json ? MachineReport.json(lines) : text)
      if let defect { throw defect }
      return
    }
    let begin = ContinuousClock.now
    let result: RoutingResult
    do throws(RoutingRefusal) {
      result = try options.search(routing, share: share, until: interrupt)
    } catch {
      throw Failure(.badInput, "\(fileName): \(error)")
    }
    var schedule = Schedule(problem: result.problem, orders: result.search.orders)
    var proof = Proof(result.search)
    if options.prove, !interrupt.hasHappened {
      let proveBegin = ContinuousClock.now
      let exact = options.prove(routing, best: result, since: begin, until: interrupt)
      schedule = Schedule(problem: exact.problem, orders: exact.search.orders)
      proof = Proof(
        exact.search, bound: result.search.bound, time: ContinuousClock.now - proveBegin,
        choosing: "choice of routes and orders")
    }
    let timeline = try Timeline(schedule)
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    try output.write(timeline, title: "Search", generator: generator, proof: proof, notes: notes)
  }

  private static func checkRules(_ routing: RoutingProblem?) throws(Failure) {
    if routing?.statesRules ?? false { return }
    throw Failure(.usage, "--sweep-skips: expected a problem with skipReorder and without routes")
  }

  /// What messages call the problem.
  private var fileName: String { problem.problem?.inputName ?? "the problem" }

  private func run(_ problem: Problem, until interrupt: borrowing Interrupt) throws {
    if sweepSkips { try Self.checkRules(nil) }
    if let sweepMemory {
      return try run(MemorySweepRun(problem: problem, sweep: sweepMemory, flags: options), until: interrupt)
    }
    let begin = ContinuousClock.now
    let result = options.search(problem, until: interrupt)
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    var orders = result.orders
    var proof = Proof(result)
    if options.prove, !interrupt.hasHappened {
      let proveBegin = ContinuousClock.now
      let exact = options.prove(problem, best: result, since: begin, until: interrupt)
      orders = exact.orders
      proof = Proof(
        exact, bound: result.bound, time: ContinuousClock.now - proveBegin)
    }
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
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

  private func run(_ sweep: MemorySweepRun, until interrupt: borrowing Interrupt) throws {
    let format = try output.output.map { try DiagramFormat(file: $0) }
    let (lines, defect) = try sweep.lines(until: interrupt)
    let report = SweepReport(problem: sweep.problem.name, objective: options.objective, lines: lines)
    if let path = output.output, let format {
      try OutputFile(path: path).write(sweep.chart(of: report.lines).render(as: format))
    }
    try StandardOutput.write(output.json ? MachineReport.json(report) : report.text)
    if let defect { throw defect }
  }
}
