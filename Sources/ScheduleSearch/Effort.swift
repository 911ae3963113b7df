/// How much work the parts of a search are given: the numbers that were tuned, and why each is what it is.
///
/// What limits one algorithm, such as the size of a graph that a bound builds, stands with that algorithm.
enum Effort {
  // MARK: First orders

  /// At most so many placed operations of greedy rules: about a second on one core.
  static let greedyOperations = 12_000_000
  /// The share of the time that is left for them: on thousands of operations they take longer than their number says. So many
  /// are worth more time.
  static let shareOfRules = 0.1
  static let bestBets = 18
  static let shareOfBestBets = 0.25
  /// At most so many where a short problem tries all rules as well, whose best orders and parameters are taken over.
  static let greedyOperationsBesideShort = 600_000
  /// Every search tries at least so many greedy rules: the best bets come first.
  static let leastGreedyRules = 24
  /// At most so many visits placed by rules that form pairs, which look at every waiting operation.
  static let pairingVisits = 200_000
  /// Every search tries at least so many rules that form pairs: one of each patience.
  static let leastPairingRules = 2
  /// The share of time and moves for the problem without interaction: what is left finds the gains of the rest. Where there
  /// are pairs it is worth less.
  static let shareWithoutInteraction = 4
  static let shareWithoutPairs = 12
  /// So many different candidates are kept as places to start from: more would differ little.
  static let portfolioCapacity = 8
  /// Up to so many operations candidates of one value are compared by what else they cost: some milliseconds each.
  static let mostComparedOperations = 20_000
  /// Pairs of unequal visits beyond these are not tabulated: 16 MB, and no problem of today has as many.
  static let mostPairedVisits = 4_000_000

  // MARK: Parameters of greedy runs

  /// The share of time and moves for parameters, where they gain to the end.
  static let shareOfParameters = 0.4
  /// So many placed operations of a greedy run take about as long as a move, and its beginning as long as some more.
  static let operationsPerMove = 8
  static let movesPerRun = 8
  /// With a number of moves, so many chains whatever the number of threads, so that these do not matter.
  static let parameterChains = 4
  /// The phase looks so often whether it still gains.
  static let parameterRounds = 16
  /// It is never given up before so many of them,
  static let leastParameterRounds = 4
  /// nor on problems of more visits, of which moves change too little in the time that is left.
  static let mostVisitsLeftToMoves = 20_000
  /// Values that are nearer to their bound are left to moves.
  static let leastGap = 0.001
  /// A first cycle of runs; in the time that one takes, a move of a large problem is tried some hundred times.
  static let parameterCycleLength = 400

  // MARK: Parameters of dispatchers of pairs

  /// The share of time and moves for them, as long as they gain: on what they have done their part for, moves of blocks find
  /// little that is left.
  static let shareOfPairParameters = 0.8
  /// A first cycle of runs, after which chains go on from the best parameters.
  static let runsPerCycle = 2_000

  // MARK: Partitions

  /// At most so many partitions compete.
  static let partitionRunners = 8
  /// Factors on what 1F1B has in flight: for so much modes leave room, and partitions are balanced.
  static let inFlight = [1, 1.25, 0.85, 0.7, 0.5]
  /// The share of the time that is left in which one partition may be looked at closely before it competes.
  static let shareOfPartitionLook = 0.1
  /// The shares of the time that is left for bounds, for the race, for boundaries that move and for the best alone.
  static let shareOfPartitions = (bound: 0.2, race: 0.3, moves: 0.4, best: 0.5)

  // MARK: Steady state

  /// The share of time and moves for the short problem whose steady state is repeated: the whole is polished after.
  static let shareOfSteadyState = 0.4
  /// Microbatches per device in a short problem: a steady state between warm-up and cool-down.
  static let roundsOfSteadyState = 2
  /// The same where there is none in so few, and moves alone find little.
  static let moreRoundsOfSteadyState = 4
  /// A short problem is shorter by a multiple of so many microbatches: of stretches of 1, 2, 4 and 8 at least.
  static let sharedStretch = 8
  /// On smaller problems moves find as much.
  static let leastComposed = 300
  /// Cuts are looked for at so many moments at most.
  static let mostCutMoments = 256
  /// So many of the best orders are shortened, each in as many ways, to begin the short problem with.
  static let shortenedOrders = 4
  /// What is repeated has to come so close to the best orders before the short problem is given all of its time.
  static let worstComposition = 1.01
  /// No stretch is longer: those of few microbatches are found, and found good, most often.
  static let longestStretch = 8
  /// At most so many visits of repeated stretches are timed, about a second on one core, but always some of the best.
  static let composedVisits = 2_000_000
  static let leastCompositions = 16
  /// The share of the time of the short problem for its bound.
  static let shareOfShortBound = 0.15

  // MARK: Devices of tasks

  /// So many choices of devices are tried, each after so many draws at most that change nothing.
  static let taskHostChoices = 60
  static let taskHostTries = 100
  /// The shares of the time for the bound, for the first choice and for the best one alone; of the rest each other choice
  /// has as much.
  static let shareOfTaskBound = 0.25
  static let shareOfFirstTaskHosts = 0.2
  static let shareOfBestTaskHosts = 0.2
  /// Of so many pieces a tree of choices is looked at besides, so many nodes and some of the time that is left.
  static let mostProvedPieces = 24
  static let provedTaskNodes = 1_000
  /// Where an exact search of one choice begins.
  static let movesPerTaskChoice = 2_000

  // MARK: Orders of devices

  /// The shares of the time for orders of devices, and for the choice among the best few of them.
  static let shareOfDeviceOrders = 0.1
  static let deviceOrders = 4
  /// What an order is looked at with.
  static let rulesPerDeviceOrder = 4
  /// One is worth so many moves.
  static let movesPerDeviceOrder = 20

  // MARK: Proofs

  /// A problem of at most so many visits may be proved; so many nodes of the tree take about a second.
  static let mostProvedVisits = 128
  static let provedNodes = 2_000
  /// A node takes about as long as many moves.
  static let movesPerNode = 500
  /// The share of the time that is left for that.
  static let shareOfProof = 0.3

  // MARK: Bounds

  /// The share of the time that is left for the first bound: orders have to be improved as well.
  static let shareOfFirstBound = 0.55
  /// The same where orders are improved beside it, on other cores.
  static let shareOfBoundBeside = 0.75
  /// The share of the time for which all else waits for it then: most small problems need no more.
  static let shareOfQuickBound = 0.03
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

  // MARK: Modes

  /// Up to so many choices of a mode per stage are all looked at; of more, those that a climb meets.
  static let mostModeVectors = 1_024
  /// With a number of moves, one choice is looked at for every so many, one rule tried on it and one choice in the race.
  static let movesPerMode = (look: 20, rule: 400, race: 1_500)
  /// A climb begins from so many of the best choices.
  static let modeClimbs = 3
  /// So many placed operations judge a choice, and always so many rules.
  static let modeRuns = 60_000
  static let leastModeRules = 4
  /// The share of the time for a first look at choices.
  static let shareOfModeCandidates = 0.15
  /// So many choices compete; half of them leave in each round.
  static let modeRunners = 8
  /// A search says little of a choice in less time than this for every visit: where there is less, fewer compete, but always
  /// two; so many such slices for each are enough.
  static let modeSlice = Duration.microseconds(1_200)
  static let slicesPerRunner = 3
  /// The share of time and moves for their race; what is left closes other choices.
  static let shareOfModeRace = 0.5
  /// The share of what is left, where there are too many choices, for moves of modes and orders; what is left then goes to
  /// the choices that promise most, by turns of such a share.
  static let shareOfModeMoves = 0.3
  static let shareOfModeTurn = 0.4
  /// Where microbatches may differ: the share for the race of choices for whole stages, and of what is left then for a race
  /// of choices that are dealt out in turn, for moves of modes and orders from what a knapsack deals out, and from the best.
  static let shareOfModeVectors = (race: 0.3, deals: 0.5, knapsack: 0.5, moves: 0.75)
  /// The share of the time left for a first bound on all choices.
  static let shareOfModeBound = 0.3
  /// A bound always looks at so many sets of modes.
  static let leastModeSets = 16
  /// The share of the time left for a choice that is not refuted.
  static let shareOfModeLeaf = 0.25

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

  /// The share of time and moves for routes; orders on them, mostly as good as they can be by then, have the rest.
  static let shareOfRoutes = (parts: 9, of: 10)
  /// The share of what is left behind routes for a tree of paths and orders.
  static let shareOfPathTree = 0.6
  /// How long large neighbourhoods are searched for each move of routes, in moves. Where those that are searched whole hold
  /// little of a batch, and in a large batch, most of whose moves are broken off soon, moves find more.
  ///
  /// - Parameter share: the part of the batch that a neighbourhood that is searched whole holds.
  static func movesOfNeighbourhoods(share: Double, microbatches: Int) -> Double {
    let part = min(1, 12 / Double(max(1, microbatches)))
    return 3 * min(1, 4 * share * share) * part * part * part * part
  }
  /// Batches in which large neighbourhoods would have less than this share of the time of moves have none.
  static let leastNeighbourhoods = 0.01
  /// While moves of routes find what is shorter, large neighbourhoods get this share of their time at least.
  static let leastPatience = 0.0625
  /// What takes about as long as one step of a batch that is played: tasks, pairs of them and paths that are looked at.
  static let workPerStep = 360
  /// A first cycle of moves on routes: a move plays the whole batch.
  static let routeCycleLength = 2048
  /// So many moves in a hundred let work depart from the rule of dispatch.
  static let percentOfDelays = 35
  /// While no routes keep all limits, cycles are as short as this, so that a proof that there are none comes soon.
  static let lostCycleLength = 512
  /// After so many moves without routes that keep all limits, it is worth asking whether there are any.
  static let movesBeforeProof = 2048
  /// After so many moves without routes that keep all limits, none are expected any more.
  static let mostLostMoves = 400_000
  /// Half of what a search may take beyond its limit: first routes are looked for however short the time is.
  static let leastRouteTime = Duration.milliseconds(500)
  /// After so many cycles a bound is looked for that asks for no more than the best value.
  static let routeCyclesBeforeBound = 3
  /// The share of the time left for routes that a bound over paths may take.
  static let shareOfPathBound = 0.2
  /// After so many cycles without a better plan a chain that starts anew does so.
  static let idleRouteCycles = 6
  /// Every sixth cycle starts from the best of all: chains that meet more often look at the same plans.
  static let cyclesPerMeeting = 6
}
