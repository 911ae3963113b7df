import PipelineModel
import ScheduleSearch

/// What to search for and how long, a proof included: the same for every problem of a study.
public struct SearchPlan: Sendable {
  /// What the orders are to be short in.
  public var objective: Objective
  /// Whether backward passes are split.
  public var backward: SearchOptions.Backward
  /// How long all takes together; `nil` for two seconds, or 60 with a proof.
  public var timeLimit: Duration?
  /// How many moves to try instead of a time limit: the result then depends on the seed and the threads alone.
  public var iterations: Int?
  /// Where the random choices start.
  public var seed: UInt64
  /// How many chains of moves work side by side on so many operations.
  public var threads: @Sendable (_ operations: Int) -> Int
  /// Whether to go on by branch and bound until the schedule is proved best or the time is up.
  public var proves: Bool

  /// Describes searches; without arguments for the least makespan in two seconds on all cores.
  public init(
    objective: Objective = .makespan, backward: SearchOptions.Backward = .auto, timeLimit: Duration? = nil,
    iterations: Int? = nil, seed: UInt64 = 0, proves: Bool = false,
    threads: @escaping @Sendable (_ operations: Int) -> Int = { _ in SearchOptions.availableThreads }
  ) {
    self.objective = objective
    self.backward = backward
    self.timeLimit = timeLimit
    self.iterations = iterations
    self.seed = seed
    self.proves = proves
    self.threads = threads
  }

  /// How long all takes together.
  var totalTime: Duration { timeLimit ?? .seconds(proves ? 60 : 2) }

  /// How long to look for a schedule; a proof has the rest of the time.
  var searchTime: Duration { proves ? min(.seconds(2), totalTime / 2) : totalTime }

  /// Options for a search that is followed by what takes some time for each visit of a stage.
  ///
  /// - Parameter share: of the time, where some has been used.
  func options(share: Double = 1, visits: Int, timePerVisit: Duration = .zero) -> SearchOptions {
    let time = searchTime * share
    let rest = max(time / 2, time - timePerVisit * visits)
    return SearchOptions(
      objective: objective, backward: backward, timeLimit: rest, iterations: iterations, seed: seed,
      threads: threads(3 * visits))
  }

  /// What is left of the time for routes and orders once devices are chosen.
  static let shareAfterPlacement = 0.8
  /// What it takes to time, certify and write a schedule, for each visit of a stage.
  static let writing = Duration.microseconds(2)
  /// What it takes to prepare the search for orders that follows that for routes, for each visit of a stage.
  static let preparing = Duration.microseconds(2)
}

/// How far a planned search has come.
public enum PlanProgress: Hashable, Sendable {
  /// It looks for a schedule.
  case searching(SearchProgress)
  /// It proves one best.
  case proving(ExactProgress)
}
