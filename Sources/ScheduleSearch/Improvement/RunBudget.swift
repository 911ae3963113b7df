/// How many runs a phase may take: a share of the moves that are left, or of the time.
struct RunBudget {
  /// With a number of moves always as many, so that threads do not matter.
  let chainCount: Int
  /// How many moves a run is worth.
  private let cost: Int
  private var runsLeft: Int?
  private let runsOfFullRound: Int
  private let end: Deadline
  private let roundTime: Duration?

  /// - Parameters:
  ///   - cost: how many moves a run is worth.
  ///   - share: of the moves or the time that is left.
  init(cost: Int, share: Double, moves: Int?, until deadline: Deadline, threads: Int) {
    self.cost = cost
    chainCount = moves == nil ? threads : Effort.parameterChains
    end = deadline.share(share)
    roundTime = end.timeLeft.map { $0 / Effort.parameterRounds }
    if let moves {
      let runs = Int(Double(moves) * share) / cost
      let round = runs / (chainCount * Effort.parameterRounds)
      (runsLeft, runsOfFullRound) = (runs, max(1, min(round, Effort.parameterCycleLength)))
    } else {
      (runsLeft, runsOfFullRound) = (nil, Effort.unlimitedMoves)
    }
  }

  var mayGoOn: Bool { runsLeft.map { $0 >= chainCount } ?? true && !end.hasPassed }
  /// How many runs a chain has in the next round.
  var runsOfRound: Int { min(runsOfFullRound, runsLeft.map { $0 / chainCount } ?? .max) }
  /// When the round that begins now has to end.
  var endOfRound: Deadline { end.orAt(roundTime.map { .now + $0 }) }

  /// Counts runs; returns how many moves they are worth.
  mutating func spend(runs: Int) -> Int {
    runsLeft = runsLeft.map { $0 - runs }
    return cost * runs
  }
}

/// Tells whether a phase still gains.
struct GainWatch {
  private var best: Double
  private var rounds = 0
  private var lastGain = 0

  init(best: Double) { self.best = best }

  /// Notes the best value after a round.
  mutating func note(_ value: Double) {
    rounds += 1
    if value < best { lastGain = rounds }
    best = min(best, value)
  }

  /// Whether it is young, or had a gain in its second half.
  var goesOn: Bool { rounds < Effort.leastParameterRounds || 2 * lastGain >= rounds }
}
