import ArgumentParser
import PipelineModel
import ScheduleSearch
import ScheduleStudies

/// What a search looks for and how long.
struct SearchFlags: ParsableArguments {
  @Option(help: "What the schedule is to be short in: makespan or period.")
  var objective = Objective.makespan

  @Option(help: "Whether backward passes are split into B and W: split, fused or auto.")
  var backward = SearchOptions.Backward.auto

  private static let iterationsFlag = CountFlag(name: "--iterations", range: 0...1_000_000_000)

  @Option(help: TimeLimit.help("How many seconds to search; 2 if left out, or 60 with --prove."))
  var timeLimit: TimeLimit?

  @Option(
    help: iterationsFlag.help(
      "How many moves to try instead: the result then depends on --seed and --threads alone."))
  var iterations: Int?

  private static let threadsFlag = CountFlag(name: "--threads", range: 1...1024)

  @Option(
    help: threadsFlag.help("How many chains of moves work side by side; one per core if left out."))
  var threads: Int?

  @Option(help: ArgumentHelp("Where the random choices start. From 0 to \(UInt64.max).", valueName: "number"))
  var seed: UInt64 = 0

  @Flag(
    help: ArgumentHelp(
      "Go on until the schedule is proved best or the time is up: for small problems.",
      discussion: "Branch and bound over all orders of operations and, where they are open, all routes."))
  var prove = false

  @Option(
    help: ArgumentHelp(
      "Among the schedules that are nearly as short as the shortest one found, take the one with the least mean "
        + "under the scenarios of this file.", valueName: ScenarioInput.valueName))
  var scenarios: FilePath?

  @Option(
    help: ArgumentHelp(
      "With --scenarios: shorten what this share of the scenarios stays within, such as 0.95, instead. Above 0 and "
        + "below 1.", valueName: "share"))
  var quantile: Double?

  func validate() throws {
    if let quantile {
      guard scenarios != nil else { throw ValidationError("--quantile goes with --scenarios") }
      // What is no number is in no range.
      guard quantile > 0, quantile < 1 else {
        throw ValidationError("--quantile: expected a share above 0 and below 1, found \(quantile.plain)")
      }
    }
    if scenarios != nil && prove {
      throw ValidationError("--prove: a proof knows no scenarios; leave one of them out")
    }
    try Self.iterationsFlag.check(iterations)
    try Self.threadsFlag.check(threads)
  }

  /// What the flags ask of schedules under scenarios.
  func goal(_ input: ScenarioInput) -> ScenarioGoal {
    ScenarioGoal(input.scenarios, figure: quantile.map { .quantile($0) } ?? .meanAmongBest)
  }

  /// What the flags ask for; where they do not say it, with as many threads as there is memory for.
  var plan: SearchPlan {
    let threads = threads
    return SearchPlan(
      objective: objective, backward: backward, timeLimit: timeLimit.map { .seconds($0.seconds) },
      iterations: iterations, seed: seed, proves: prove
    ) { threads ?? MemoryForecast.threads(forSearching: $0) }
  }
}

extension Objective: ExpressibleByArgument {}
extension SearchOptions.Backward: ExpressibleByArgument {}
