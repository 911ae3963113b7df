import ArgumentParser
import PipelineModel
import ScheduleFamilies
import ScheduleSearch

/// What a search looks for and how long.
struct SearchFlags: ParsableArguments {
  @Option(help: "What the schedule is to be short in: makespan or period.")
  var objective = Objective.makespan

  @Option(help: "Whether backward passes are split into B and W: split, fused or auto.")
  var backward = SearchOptions.Backward.auto

  @Option(help: "How many seconds to search.")
  var timeLimit = Magnitude(value: 2)

  @Option(help: "How many moves to try instead: the result then depends on the seed alone.")
  var iterations: Int?

  @Option(help: "Where the random choices start.")
  var seed: UInt64 = 0

  func validate() throws {
    guard iterations ?? 0 >= 0 else {
      throw ValidationError("--iterations: expected a count from 0 on, found \(iterations ?? 0)")
    }
  }

  /// Searches, with progress on a terminal, until the end or an interrupt.
  func search(_ problem: Problem, starts: [Words] = []) -> SearchResult {
    let named = Families.all.compactMap { try? $0.words(for: problem) }
    let search = Search(
      problem,
      options: SearchOptions(
        objective: objective, backward: backward, timeLimit: .seconds(timeLimit.value),
        iterations: iterations,
        seed: seed),
      starts: starts + named)
    let interrupt = Interrupt()
    var line = ProgressLine(unit: problem.units.time)
    defer { line.clear() }
    return search.run { progress in
      line.show(progress)
      return !interrupt.hasHappened
    }
  }
}

extension Objective: ExpressibleByArgument {}
extension SearchOptions.Backward: ExpressibleByArgument {}
