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

  func validate() throws {
    try Self.iterationsFlag.check(iterations)
    try Self.threadsFlag.check(threads)
  }

  /// How long all takes together, in seconds.
  private var totalTime: Double { timeLimit?.seconds ?? (prove ? 60 : 2) }

  /// How long to look for a schedule; a proof has the rest of the time.
  private var searchTime: Double { prove ? min(2, totalTime / 2) : totalTime }

  /// Options for a search that is followed by what takes some seconds for each visit of a stage.
  private func searchOptions(share: Double = 1, visits: Int, secondsPerVisit: Double = 0) -> SearchOptions {
    let time = searchTime * share
    let rest = max(time / 2, time - Double(visits) * secondsPerVisit)
    return SearchOptions(
      objective: objective, backward: backward, timeLimit: .seconds(rest), iterations: iterations, seed: seed,
      threads: threads ?? MemoryForecast.threads(forSearching: 3 * visits))
  }

  /// The seconds that it takes to time, certify and write a schedule, and to prepare the search for orders that follows
  /// that for routes: for each visit of a stage.
  private static let (writing, preparing) = (2e-6, 2e-6)

  /// Searches, with progress on a terminal, until the end or an interrupt.
  ///
  /// - Parameter share: of the time.
  func search(
    _ problem: Problem, starts: [Orders] = [], share: Double = 1, until interrupt: borrowing Interrupt
  ) -> SearchResult {
    let options = searchOptions(share: share, visits: problem.visitCount, secondsPerVisit: Self.writing)
    // The schedules of named families are a part of the search.
    let deadline = Deadline(at: iterations == nil ? .now + options.timeLimit : nil) {
      Interrupt.hasHappened
    }
    var starts = starts
    for family in Families.all where !deadline.hasPassed {
      if let orders = try? family.orders(for: problem) { starts.append(orders) }
    }
    let search = Search(problem, options: options, starts: starts)
    var line = ProgressLine(unit: problem.units.time)
    defer { line.clear() }
    return search.run(until: deadline) { progress in
      line.show(progress)
      return !interrupt.hasHappened
    }
  }

  /// Chooses the devices of every stage, in a fifth of the time.
  func place(_ problem: PlacementProblem) throws(ProblemError) -> RoutingProblem {
    let visits = problem.routing.visitCount
    return try PlacementSearch(problem, options: searchOptions(visits: visits))
      .run(until: Deadline { Interrupt.hasHappened })
  }

  /// Chooses routes and searches for orders, with progress on a terminal, until the end or an interrupt.
  ///
  /// - Parameter share: of the time, where some has been used.
  func search(
    _ problem: RoutingProblem, share: Double = 1, until interrupt: borrowing Interrupt
  ) throws(RoutingRefusal) -> RoutingResult {
    let options = searchOptions(
      share: share, visits: problem.visitCount,
      secondsPerVisit: Self.writing + Self.preparing)
    let search = RoutingSearch(problem, options: options)
    var line = ProgressLine(unit: problem.units.time)
    defer { line.clear() }
    return try search.run(until: Deadline { Interrupt.hasHappened }) { progress in
      if progress.value.isFinite { line.show(progress) }
      return !interrupt.hasHappened
    }
  }

  /// Proves a schedule best or finds the best one, in the time that is left since a search began; where there is nothing
  /// to branch on, the search goes on.
  func prove(
    _ problem: Problem, best: SearchResult, since begin: ContinuousClock.Instant,
    until interrupt: borrowing Interrupt
  ) -> ExactResult {
    let exact = ExactSearch(
      problem, objective: objective, incumbent: (best.orders, best.value), lowerBound: best.bound)
    var line = ProgressLine(unit: problem.units.time)
    defer { line.clear() }
    let left = Duration.seconds(totalTime) - (ContinuousClock.now - begin)
    var result = exact.run(timeLimit: max(.zero, left)) { progress in
      line.show(progress)
      return !interrupt.hasHappened
    }
    let rest = totalTime - (ContinuousClock.now - begin).inSeconds
    guard result.nodes == 0, !result.isProved, iterations == nil, rest > 0, !interrupt.hasHappened else {
      return result
    }
    let other = search(problem, starts: [best.orders], share: rest / searchTime, until: interrupt)
    (result.orders, result.value) = (other.orders, other.value)
    result.lowerBound = max(result.lowerBound, other.bound.value)
    return result
  }

  /// Proves routes and orders best or finds the best ones, in the time that is left since a search began.
  func prove(
    _ problem: RoutingProblem, best: RoutingResult, since begin: ContinuousClock.Instant,
    until interrupt: borrowing Interrupt
  ) -> ExactRoutingResult {
    let exact = ExactRoutingSearch(problem, objective: objective, incumbent: best)
    var line = ProgressLine(unit: problem.units.time)
    defer { line.clear() }
    let left = Duration.seconds(totalTime) - (ContinuousClock.now - begin)
    return exact.run(timeLimit: max(.zero, left)) { progress in
      line.show(progress)
      return !interrupt.hasHappened
    }
  }
}

extension Objective: ExpressibleByArgument {}
extension SearchOptions.Backward: ExpressibleByArgument {}
