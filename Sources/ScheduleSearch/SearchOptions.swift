import PipelineModel

/// What a search looks for and how long.
public struct SearchOptions: Hashable, Sendable {
  /// Whether backward passes are split into `B` and `W`.
  public enum Backward: String, Hashable, Sendable, CaseIterable {
    /// `B` and `W`, in any order that memory allows.
    case split
    /// `BW`, for frameworks that cannot split.
    case fused
    /// Whichever is shorter: always `split`, of which `fused` is the case of `W` right after `B`.
    case auto
  }

  /// What the orders are to be short in.
  public var objective: Objective
  /// Whether backward passes are split.
  public var backward: Backward
  /// How long to search when `iterations` is `nil`.
  public var timeLimit: Duration
  /// How many moves to try instead of a time limit: the result then depends on the seed and `threads` alone.
  public var iterations: Int?
  /// Where the random choices start.
  public var seed: UInt64
  /// How many chains of moves work side by side, dealt to the cores that there are; at least 1.
  public var threads: Int

  /// The cores that the process may run on.
  public static var availableThreads: Int { availableCores() }

  /// The schedules that the search is free to find, and that its bound speaks of.
  public var scope: Certificate.Scope { backward == .fused ? .fused : .all }

  /// The bound that a search begins with: a given one, or one that takes no time.
  func firstBound(of problem: Problem, known: Double?) -> LowerBound {
    known.map { LowerBound(value: $0, argument: .given, scope: scope) }
      ?? .simple(for: problem, objective: objective, scope: scope)
  }

  /// Describes a search; without arguments for the least makespan in two seconds on all cores.
  public init(
    objective: Objective = .makespan, backward: Backward = .auto, timeLimit: Duration = .seconds(2),
    iterations: Int? = nil, seed: UInt64 = 0, threads: Int = SearchOptions.availableThreads
  ) {
    self.objective = objective
    self.backward = backward
    self.timeLimit = timeLimit
    self.iterations = iterations
    self.seed = seed
    self.threads = threads
  }
}

/// How far a search has come.
public struct SearchProgress: Hashable, Sendable {
  /// What a search is doing.
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    /// It times given orders and builds others by rules.
    case construction = "first schedules"
    /// It proves a bound.
    case bound
    /// It searches fewer microbatches, whose steady state is repeated.
    case steadyState = "steady state"
    /// It searches the parameters of rules.
    case parameters
    /// It goes through all orders of a small problem.
    case proof
    /// It tries moves on orders.
    case moves
    /// It chooses routes.
    case routes
    /// It tries moves under scenarios.
    case scenarios
    /// It looks for orders as good that hold less memory.
    case memory
  }

  /// What it is doing.
  public var phase: Phase
  /// Since the search began.
  public var elapsed: Duration
  /// The moves tried.
  public var iterations: Int
  /// The best value so far, in the problem's time unit.
  public var value: Double
  /// No schedule is shorter, in the problem's time unit.
  public var lowerBound: Double

  /// What a search says of itself that is one of several in a larger one.
  ///
  /// - Parameters:
  ///   - begin: when the larger one began.
  ///   - moves: what was tried there before.
  ///   - best: the best value there, in the problem's time unit.
  ///   - bound: the bound there.
  func asPart(
    since begin: ContinuousClock.Instant, after moves: Int, best: Double, bound: Double
  ) -> SearchProgress {
    SearchProgress(
      phase: phase, elapsed: ContinuousClock.now - begin, iterations: iterations + moves,
      value: min(value, best), lowerBound: bound)
  }
}

/// The best orders that a search found.
public struct SearchResult: Hashable, Sendable {
  /// The orders; they can run and stay within every device's memory limit.
  public var orders: Orders
  /// Their makespan or period, in the problem's time unit.
  public var value: Double
  /// The figure that they are short in.
  public var objective: Objective
  /// The proved bound with its argument.
  public var bound: LowerBound
  /// The moves tried.
  public var iterations: Int
  /// The modes in which the orders run.
  public var modes: ModeChoice
  /// Where a stretch of orders for fewer microbatches was repeated: what each further microbatch adds to the value if
  /// the stretch is repeated once more, in the problem's time unit; `nil` for all other orders.
  public var slopePerMicrobatch: Double?

  /// The orders with their problem in the modes in which they run.
  public func schedule(of problem: Problem) -> Schedule {
    Schedule(problem: (try? problem.with(modes: modes)) ?? problem, orders: orders)
  }

  /// How far from the best possible they are at most.
  ///
  /// - Throws: `BoundContradiction` where the bound cannot hold: a defect of the search.
  public func certificate() throws(BoundContradiction) -> Certificate {
    try bound.certificate(of: value, objective: objective)
  }
}
