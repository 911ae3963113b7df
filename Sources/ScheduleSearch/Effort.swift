/// How much work the parts of a search are given: the numbers that were tuned, and why each is what it is.
///
/// What limits one algorithm, such as the size of a graph that a bound builds, stands with that algorithm.
enum Effort {
  // MARK: First orders

  /// At most so many placed operations of greedy rules: about a second on one core.
  static let greedyOperations = 12_000_000
  /// Every search tries at least so many greedy rules: the best bets come first.
  static let leastGreedyRules = 24
  /// At most so many visits placed by rules that form pairs, which look at every waiting operation.
  static let pairingVisits = 200_000
  /// Every search tries at least so many rules that form pairs: one of each patience.
  static let leastPairingRules = 2
  /// The share of time and moves for the problem without interaction: what is left finds the gains of the rest.
  static let shareWithoutInteraction = 4
  /// So many different candidates are kept as places to start from: more would differ little.
  static let portfolioCapacity = 8
  /// Pairs of unequal visits beyond these are not tabulated: 16 MB, and no problem of today has as many.
  static let mostPairedVisits = 4_000_000

  // MARK: Parameters of dispatchers

  /// The share of time and moves for parameters: moves of blocks gain little where these have not done their part.
  static let shareOfParameters = 0.5
  /// The phase is never given up before so many rounds.
  static let leastParameterRounds = 3
  /// A run takes about as long as so many moves, each of which times all orders.
  static let movesPerRun = 8
  /// A first cycle of runs, after which chains go on from the best parameters.
  static let runsPerCycle = 2_000
  /// With a number of moves, so many runs pass before chains tell what they found.
  static let runsPerRound = 2_048

  // MARK: Steady state

  /// Up to so many operations are optimised as they are: annealing reaches all of them.
  static let largestWholeProblem = 8_000
  /// The share of time and moves for the short problem whose steady state is repeated: the whole is polished after.
  static let shareOfSteadyState = 2

  // MARK: Bounds

  /// The share of the time that is left for the first bound: orders have to be improved as well.
  static let shareOfFirstBound = 0.5
  /// On more visits a bound comes before greedy rules, which take long there: it may end them. On fewer it comes after
  /// them, as refutation asks for no more than the best value.
  static let mostVisitsBeforeBound = 2_000
  /// A second bound is planned only where the first took at most this share of the time left.
  static let shareOfLastBound = 0.25

  // MARK: Annealing

  /// A chain tries so many moves before it tells what it found: some tenths of a second at small orders.
  static let movesPerRound = 65_536
  /// Where time ends a search, chains tell what they found so often: a person sees progress.
  static let roundTime = Duration.milliseconds(100)
  /// No search reaches so many moves: time ends it.
  static let unlimitedMoves = 1 << 40
  /// A first cycle of moves: long enough to cool slowly, short enough for several in two seconds.
  static func cycleLength(operations: Int) -> Int { 200 * operations + 20_000 }
  /// More operations would take hot cycles longer than a search lasts: they are only polished.
  static let mostHotOperations = 1_500
  /// More operations make a move so slow that the clock is looked at more often.
  static let mostFastOperations = 20_000
  /// So many kept moves pass before devices are released anew, which costs a few timings.
  static let movesPerRelease = 16

  // MARK: Scenarios

  /// The share of time and moves that a search without scenarios has before one under them.
  static let shareWithoutScenarios = 2
  /// Every move is timed under so many scenarios, as long as it has a chance, and ties are broken by as many: under eight,
  /// orders are found that are good under these eight alone.
  static let scenariosOfMove = 32
  /// Chains begin with orders that are at most so much worse than the best ones to begin with.
  static let worstScenarioStart = 1.02
  /// A first cycle of moves under scenarios: a few for every operation, as each takes long.
  static func scenarioCycleLength(operations: Int) -> Int { 8 * operations + 2_000 }
  /// A quantile is that of at most so many scenarios, which are kept in memory.
  static let scenariosOfQuantile = 1_000
  /// A chain tries so many moves under scenarios before it tells what it found.
  static let movesPerScenarioRound = 2_048
  /// The share of the time for the bound of the mean over scenarios, which follows the moves.
  static let shareOfMeanBound = 0.05

  // MARK: Routes

  /// The share of time and moves for routes; orders on them have the rest.
  static let shareOfRoutes = (parts: 2, of: 3)
  /// A first cycle of moves on routes: a move plays the whole batch.
  static let routeCycleLength = 2048
  /// While no routes keep all limits, cycles are as short as this, so that a proof that there are none comes soon.
  static let lostCycleLength = 512
  /// After so many moves without routes that keep all limits, it is worth asking whether there are any.
  static let movesBeforeProof = 2048
  /// After so many moves without routes that keep all limits, none are expected any more.
  static let mostLostMoves = 400_000
  /// Half of what a search may take beyond its limit: first routes are looked for however short the time is.
  static let leastRouteTime = Duration.milliseconds(500)
  /// Every sixth cycle starts from the best of all: chains that meet more often look at the same plans.
  static let cyclesPerMeeting = 6
}
