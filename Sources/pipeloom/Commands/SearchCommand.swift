import ArgumentParser
import Diagrams
import PipelineModel
import ScheduleFormats
import ScheduleScenarios
import ScheduleSearch
import ScheduleStudies

/// `pipeloom search PROBLEM`: the best schedule that can be found, and how far from the best possible it is.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the shortest schedule within the memory limits, with a proof of how good it is.",
    discussion: """
      Starts from every named family that fits, improves on them until the lower bound is met or the time is \
      up, and certifies the rest. Ctrl-C, or a signal by which a batch system stops a program, ends the search \
      with the best schedule so far. Layers are cut into stages, and where a file gives a choice of placements, one of \
      them is chosen. A problem file with skipReorder and no routes has its routes chosen too, one \
      with stages on several devices and no routes the device of every visit, and where it gives only the number \
      of devices per stage, first the devices.

      Examples:
        pipeloom search profile.yaml -o best.json
        pipeloom search zero-bubble-1.5b --memory-limit 0.75x --objective period --time-limit 10
        pipeloom search uniform-4x8 --memory-limit 0.75x --prove
        pipeloom search zero-bubble-1.5b --sweep-memory 0.5x:2x:0.25x -o curve.svg
        pipeloom search profile.yaml --scenarios jitter.yaml --time-limit 10 -o robust.json
      """)

  @OptionGroup
  var problem: ProblemOptions

  @OptionGroup
  var options: SearchFlags

  @Option(
    help: ArgumentHelp(
      "Search under each of these memory limits, multiples of the largest peak of 1F1B, and print what each "
        + "buys; -o then names a diagram of the curve. Up to \(MemoryLimits.largestCount) limits.",
      valueName: "first:last:step"))
  var sweepMemory: MemoryLimits?

  @Flag(
    help: ArgumentHelp(
      "Search for routes of every number of stages, and print what skipping saves against the full pipeline.",
      discussion: "For a problem with skipReorder and no routes; the time limit is for each search."))
  var sweepSkips = false

  @OptionGroup
  var output: ScheduleOutput

  @OptionGroup
  var sweep: SweepResultFlag

  func run() throws { try sweep.record(in: output, search) }

  private func search() throws {
    let contents = try problem.flags.contents(problem.problem)
    let operations: Int
    switch contents {
    case .problem(let problem):
      try Search.checkScope(of: problem, backward: options.backward, proving: options.prove)
      operations = problem.operationCount
    case .routing(let problem):
      try Search.checkScope(of: problem, proving: options.prove)
      operations = problem.operationCount
    case .placing(let problem):
      try Search.checkScope(of: problem.routing)
      operations = problem.routing.operationCount
    case .partitioning(let problem): operations = problem.operationCount
    case .choosing(let choice): operations = choice.operationCount
    }
    try MemoryForecast.check(
      .searching(threads: options.threads ?? 1), operations: operations, in: problem.problem)
    try output.output.map { OutputFile(path: $0) }?.checkFolder()
    try InputFile.checkStandardInput([problem.problem, options.scenarios].compactMap { $0 })
    let scenarios = try options.scenarios.map(ScenarioInput.init)
    // To the end: a signal that comes while the result is written finds the search ended, and changes nothing.
    try Interrupt().during { deadline in
      switch contents {
      case .problem(let problem): try run(problem, under: scenarios, until: deadline)
      case .routing(let problem): try run(problem, until: deadline)
      case .placing(let problem): try run(problem, until: deadline)
      case .partitioning(let problem): try run(problem, until: deadline)
      case .choosing(let choice): try run(choice, until: deadline)
      }
    }
  }

  /// Chooses the devices of every stage, then routes and orders.
  private func run(_ placing: PlacementProblem, until deadline: Deadline) throws {
    guard !options.prove else {
      throw Failure(
        .usage,
        "--prove: devices are still to be chosen; search once with -o, then prove under that placement")
    }
    try refuseWithOpenRoutes()
    if sweepSkips {
      let routing = try named { try options.plan.place(placing, until: deadline) }
      return try runSkipSweep(routing, until: deadline)
    }
    let schedule = try named {
      try ProgressLine.during(unit: placing.routing.units.time) { line in
        try options.plan.certified(placing, until: deadline) { line.show($0) }
      }
    }
    let stages = schedule.problem.hosts.enumerated().map { stage, hosts in
      "stage \(stage) on \(hosts.map(\.description).joined(separator: ", "))"
    }
    let note =
      "Devices chosen by local search: \(stages.joined(separator: "; ")). The bound is that of this placement."
    try write(schedule, notes: [note])
  }

  /// Chooses how layers are cut, modes and orders.
  private func run(_ open: PartitionProblem, until deadline: Deadline) throws {
    try refuse(
      "the layers are still to be cut; search once with -o, then search the result, or name a --partition")
    let found = try named {
      try ProgressLine.during(unit: open.units.time) { line in
        try options.plan.certified(open, until: deadline) { line.show($0) }
      }
    }
    try write(found.schedule, partition: found)
  }

  /// Chooses where stages are, how layers are cut, modes and orders.
  private func run(_ choice: PlacementChoice, until deadline: Deadline) throws {
    try refuse(
      "the placement is still to be chosen; search once with -o, then search the result, or name a --placement"
    )
    let found = try named {
      try ProgressLine.during(unit: choice.unit) { line in
        try options.plan.certified(choice, until: deadline) { line.show($0) }
      }
    }
    try write(found.schedule, partition: found.partition, placements: found.lines, notes: [found.note])
  }

  private func refuseWithOpenRoutes() throws(Failure) {
    try refuse("routes are still to be chosen; search once with -o, then search the result", skips: false)
  }

  /// Refuses what asks for a problem of which nothing is open.
  private func refuse(_ reason: String, skips: Bool = true) throws(Failure) {
    if skips, sweepSkips { try Self.checkRules(nil) }
    for (flag, isGiven) in [
      ("--sweep-memory", sweepMemory != nil), ("--scenarios", options.scenarios != nil),
    ]
    where isGiven { throw Failure(.usage, "\(flag): \(reason)") }
  }

  /// Chooses routes, and orders for them.
  private func run(_ routing: RoutingProblem, until deadline: Deadline) throws {
    try refuseWithOpenRoutes()
    if sweepSkips { return try runSkipSweep(routing, until: deadline) }
    let schedule = try named {
      try ProgressLine.during(unit: routing.units.time) { line in
        try options.plan.certified(routing, until: deadline) { line.show($0) }
      }
    }
    try write(schedule)
  }

  /// Names the problem in what a search for routes or devices refuses.
  private func named<Value>(_ search: () throws -> Value) throws -> Value {
    do {
      return try search()
    } catch let error as ProblemError {
      throw Failure(.badInput, "\(fileName): \(error)")
    } catch let refusal as RoutingRefusal {
      throw Failure(.badInput, "\(fileName): \(refusal)")
    }
  }

  private func runSkipSweep(_ routing: RoutingProblem, until deadline: Deadline) throws {
    try Self.checkRules(routing)
    let sweep = ProgressLine.during(unit: routing.units.time) { line in
      SkipSweep(routing, plan: options.plan, until: deadline) { line.show($0) }
    }
    let text = sweep.text(unit: routing.units.time, objective: options.objective)
    try StandardOutput.write(output.json ? MachineReport.json(sweep.points) : text)
    if let withdrawal = sweep.withdrawal { throw Failure(withdrawal, problem: routing.frame.name) }
  }

  private static func checkRules(_ routing: RoutingProblem?) throws(Failure) {
    if routing?.statesRules ?? false { return }
    throw Failure(.usage, "--sweep-skips: expected a problem with skipReorder and without routes")
  }

  /// What messages call the problem.
  private var fileName: String { problem.problem?.inputName ?? "the problem" }

  private func run(_ problem: Problem, under scenarios: ScenarioInput?, until deadline: Deadline) throws {
    if sweepSkips { try Self.checkRules(nil) }
    if let scenarios { return try run(problem, under: scenarios, until: deadline) }
    if let sweepMemory { return try run(sweepMemory, of: problem, until: deadline) }
    try write(
      ProgressLine.during(unit: problem.units.time) { line in
        try options.plan.certified(problem, until: deadline) { line.show($0) }
      })
  }

  private func run(_ problem: Problem, under input: ScenarioInput, until deadline: Deadline) throws {
    let found = try ProgressLine.during(unit: problem.units.time) { line in
      do {
        return try options.plan.certified(problem, under: options.goal(input), until: deadline) {
          line.show($0)
        }
      } catch let error as ScenarioError {
        throw input.failure(error)
      }
    }
    let outcome = try input.run([found.schedule.timeline], withPeriods: options.objective == .period)
      .outcomes.first
    let report = outcome.map { ScenarioReport($0, search: .init(found.scenarios)) }
    try write(found.schedule, scenarios: report, notes: found.scenarios.notes(options.objective, in: problem))
  }

  private func run(
    _ limits: MemoryLimits, of problem: Problem, until deadline: Deadline
  ) throws {
    let format = try output.output.map { try DiagramFormat(file: $0) }
    let sweep = try ProgressLine.during(unit: problem.units.time) { line in
      try MemorySweep(
        problem, multiples: limits.multiples, plan: options.plan, until: deadline
      ) { line.show($0) }
    }
    if let path = output.output, let format {
      try OutputFile(path: path).write(sweep.chart().render(as: format))
    }
    let report = SweepReport(sweep)
    try StandardOutput.write(output.json ? MachineReport.json(report) : report.text)
    if let withdrawal = sweep.withdrawal { throw Failure(withdrawal, problem: problem.name) }
  }

  private func write(
    _ schedule: CertifiedSchedule, partition: PartitionedSchedule? = nil, placements: [PlacementLine] = [],
    scenarios: ScenarioReport? = nil, notes: [String] = []
  ) throws {
    try sweep.checkFinished()
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    try output.write(
      schedule.timeline, title: "Search", generator: generator, proof: schedule.proof,
      slopePerMicrobatch: schedule.slopePerMicrobatch, partition: partition, placements: placements,
      scenarios: scenarios, notes: notes)
  }

  func validate() throws {
    try sweep.check(output)
    if sweep.sweepResult, sweepMemory != nil || sweepSkips {
      throw ValidationError("\(SweepResultFlag.name): expected a search for one schedule, found several")
    }
    for (flag, isGiven) in [("--sweep-memory", sweepMemory != nil), ("--sweep-skips", sweepSkips)]
    where isGiven && options.scenarios != nil {
      throw ValidationError("--scenarios: it does not go with \(flag); leave one of them out")
    }
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
}
