import ArgumentParser
import PipelineModel
import ScheduleFormats
import Timeline

/// `pipeloom simulate SCHEDULE`: what its orders take.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Times a schedule's orders, under its own problem or another.",
    discussion: """
      Examples:
        pipeloom simulate schedule.json
        pipeloom simulate schedule.json --explain
        pipeloom simulate schedule.json --problem slower-links.yaml -o retimed.json
        pipeloom simulate schedule.json --partition 5,5,5,5,4,4,4,4
        pipeloom simulate schedule.json --scenarios jitter.yaml
      """)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: FilePath

  @Option(help: "Time the orders under this problem instead: a file, '-' or a preset.")
  var problem: FilePath?

  @Option(help: PartitionFlag.help)
  var partition: PartitionFlag?

  @Option(
    help: ArgumentHelp(
      "Time the orders under the scenarios of this file as well: other durations and latencies, drawn at random "
        + "or recorded.", valueName: ScenarioInput.valueName))
  var scenarios: FilePath?

  @Flag(help: "Say what devices wait for whenever they are idle: sums as text, every stretch with --json.")
  var explain = false

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    try InputFile.checkStandardInput([schedule] + [problem, scenarios].compactMap { $0 })
    let input = try ScheduleInput(schedule)
    let own = input.file.record.schedule
    let other = try retimed(own.problem)
    guard other.deviceCount == own.problem.deviceCount else {
      throw Failure(
        .badInput,
        "\((problem ?? schedule).inputName): expected \(own.problem.deviceCount) devices, "
          + "one per order of \(schedule.inputName), found \(other.deviceCount)")
    }
    guard other.hasWork(of: own.problem) else {
      throw Failure(
        .badInput,
        "\((problem ?? schedule).inputName): expected the streams, phases and tasks of \(schedule.inputName), found others"
      )
    }
    // Tasks that may run on several devices stay where the orders have them.
    let placed = own.problem.taskHosts.flatMap { try? other.with(taskHosts: $0) } ?? other
    let timeline = try input.timeline(of: Schedule(problem: placed, orders: own.orders))
    let generator = input.file.generator ?? .init(command: "simulate", version: Pipeloom.version)
    let run = try scenarios.map { try ScenarioInput($0).run([timeline], withPeriods: true) }
    try output.write(
      timeline, title: input.title, generator: generator,
      scenarios: run?.outcomes.first.map { ScenarioReport($0) }, isExplained: explain)
  }

  /// The problem under which the orders are timed.
  private func retimed(_ own: Problem) throws -> Problem {
    guard let partition else { return try problem.map(ProblemFlags.read) ?? own }
    let contents = try problem.map(ProblemFlags.contents) ?? .problem(own)
    switch contents {
    case .partitioning(let open): return try partition.cut(open)
    case .problem(let closed) where closed.partition != nil:
      return try partition.cut(PartitionProblem(closed))
    case .choosing(let choice): throw FormatError(.openPlacement(choice.choices), file: problem?.text ?? "")
    case .problem, .routing, .placing: throw PartitionFlag.withoutLayers
    }
  }
}
