import PipelineModel
import Timeline

/// Choices of modes that compete, with what is known of each: the phases of a search for modes are its methods.
struct ModeRace {
  /// A choice of one mode per stage.
  private struct Runner {
    /// The problem in these modes and no others.
    var problem: Problem
    var modes: [Int]
    /// The best that searches found.
    var result: SearchResult?
    /// What it is worth: what a search found or, before, what greedy runs did.
    var value: Double
    /// Whether nothing better is to be found in these modes.
    var isDone: Bool { result.map { LowerBound.isMet($0.bound.value, by: $0.value) } ?? false }
  }

  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]
  private let begin: ContinuousClock.Instant
  private let deadline: Deadline
  private let progress: (SearchProgress) -> Bool
  private var runners: [Runner] = []
  private var best: SearchResult?
  private var bound: LowerBound
  private var moves = 0
  private var goesOn = true

  init(
    _ problem: Problem, options: SearchOptions, starts: [Orders], bound: LowerBound,
    since begin: ContinuousClock.Instant, until deadline: Deadline,
    progress: @escaping (SearchProgress) -> Bool
  ) {
    self.problem = problem
    self.options = options
    self.starts = starts
    self.bound = bound
    self.begin = begin
    self.deadline = deadline
    self.progress = progress
  }

  /// The best orders, with the modes in which they run.
  var result: SearchResult {
    guard var result = best else {
      preconditionFailure("a problem in scope has orders in the modes that it is in")
    }
    result.bound = bound
    result.iterations = moves
    return result
  }

  private var value: Double { best?.value ?? .infinity }
  private var isMet: Bool { LowerBound.isMet(bound.value, by: value) }
  private var isOver: Bool { best != nil && (!goesOn || isMet || deadline.hasPassed) }
  /// With a number of moves, so many sets of modes may be looked at: each takes about as long as many moves.
  private var mostSets: Int? {
    options.iterations.map { max(Effort.leastModeSets, $0 / Effort.movesPerNode) }
  }
  private var timeLeft: Duration { max(.zero, options.timeLimit - (ContinuousClock.now - begin)) }

  /// Takes in the best of some choices.
  mutating func enter(_ candidates: [ModeCandidates.Candidate]) {
    let most = options.iterations.map { max(2, $0 / Effort.movesPerMode.race) } ?? .max
    runners = candidates.prefix(min(most, Effort.modeRunners)).map {
      Runner(problem: $0.problem, modes: $0.modes, value: $0.value)
    }.sorted { $0.value < $1.value }
  }

  /// Lets choices compete, in rounds of equal length.
  mutating func run(share: Double) {
    var rounds = 1
    while 1 << (rounds - 1) < runners.count { rounds += 1 }
    let all = ContinuousClock.now + timeLeft * share
    for round in 0..<rounds where !isOver {
      let active = runners.indices.filter { !runners[$0].isDone }
      for (turn, index) in active.enumerated() where !isOver {
        let parts = (rounds - round - 1) * active.count + active.count - turn
        runners[index] = searched(
          runners[index], for: max(.milliseconds(1), (all - .now) / parts),
          moves: options.iterations.map { max(1, Int(Double($0) * share) / rounds / active.count) })
      }
      runners.sort { $0.value < $1.value }
      runners = Array(runners.prefix(max(1, (runners.count + 1) / 2)))
    }
  }

  /// Searches in the modes of a choice for a while, from the best orders there on.
  private mutating func searched(_ runner: Runner, for time: Duration, moves count: Int?) -> Runner {
    var (runner, slice) = (runner, options)
    slice.timeLimit = time
    slice.iterations = count
    let begins =
      runner.result.map { [$0.orders] }
      ?? (starts + (best.map { [$0.orders] } ?? [])).map { $0.prepared(for: runner.problem) }
    let (known, bound, begin, moves) = (value, bound.value, begin, moves)
    var mayGoOn = true
    // Without a limit of time a bound is as good as it gets at once.
    let proved = count == nil ? nil : runner.result?.bound.value
    let search = Search(runner.problem, options: slice, starts: begins, lowerBound: proved)
    var found = search.run(until: deadline) { step in
      var step = step
      (step.value, step.lowerBound) = (min(step.value, known), bound)
      step.elapsed = ContinuousClock.now - begin
      step.iterations += moves
      mayGoOn = progress(step)
      return mayGoOn
    }
    goesOn = goesOn && mayGoOn
    self.moves += found.iterations
    if let before = runner.result, before.bound.value >= found.bound.value { found.bound = before.bound }
    if let before = runner.result, before.value < found.value {
      (found.value, found.orders) = (before.value, before.orders)
    }
    runner.result = found
    runner.value = found.value
    if found.value < value {
      found.modes = ModeChoice(runner.modes, microbatchCount: problem.microbatchCount)
      best = found
    }
    return runner
  }
}

extension ModeRace {
  /// Works out a bound on all choices of modes, which may end the search.
  mutating func raiseBound(share: Double) {
    guard !isOver else { return }
    let other = ModeBound.best(
      for: problem, objective: options.objective, scope: options.scope, until: value,
      incumbent: best?.modes, limit: mostSets, deadline: deadline.share(share), threads: options.threads)
    if other.value > bound.value { bound = other }
  }

  /// Searches the choices that could be better than the best, in the order of their bounds, until none is left.
  mutating func closeChoices() {
    guard !isOver else { return }
    var tree = ModeBound(
      problem, objective: options.objective, scope: options.scope, until: value, incumbent: best?.modes,
      limit: mostSets, threads: options.threads)
    let known = Dictionary(
      runners.compactMap { runner in runner.result.map { (runner.modes, $0) } },
      uniquingKeysWith: { first, _ in first })
    let proved = tree.close(until: deadline) { choice in
      guard !isOver, let alone = problem.inModes(choice.modes) else { return nil }
      var runner = Runner(
        problem: alone, modes: choice.modes, result: known[choice.modes],
        value: known[choice.modes]?.value ?? .infinity)
      let isProved = runner.result.map { LowerBound.isMet($0.bound.value, by: min(value, $0.value)) } ?? false
      if !isProved {
        runner = searched(
          runner, for: timeLeft * Effort.shareOfModeLeaf,
          moves: options.iterations.map { max(1, Int(Double($0) * Effort.shareOfModeLeaf)) })
      }
      return runner.result.map { ($0.value, $0.bound.value) }
    }
    if proved.value > bound.value { bound = proved }
  }

  /// Gives each microbatch modes of its own: first as a knapsack deals them out, then from the best orders on.
  mutating func letMicrobatchesDiffer() {
    let share = Effort.shareOfModeVectors
    if let knapsack = ModeKnapsack(problem, objective: options.objective, scope: options.scope) {
      move(from: .dealing(knapsack.counts, to: problem.microbatchCount), starts: [], share: share.knapsack)
    }
    moveFromBest(share: share.moves)
    polish(share: 1)
  }

  /// Lets whole stages change their modes along with the orders, from the best on.
  mutating func moveFromBest(share: Double) {
    guard let best else { return }
    move(from: best.modes, starts: [best.orders], share: share)
  }

  /// Moves modes and orders together, from a choice on.
  private mutating func move(from choice: ModeChoice, starts: [Orders], share: Double) {
    guard !isOver, let start = try? problem.with(modes: choice) else { return }
    take(
      start, from: starts, share: share
    ) { search, options, deadline, progress in
      search.run(
        in: ModeSpace(start, extent: start.instance.modesPer, options: options), until: deadline, progress)
    }
  }

  /// Moves orders alone, in the best modes.
  mutating func polish(share: Double) {
    guard !isOver, let best, let start = try? problem.with(modes: best.modes) else { return }
    take(start, from: [best.orders], share: share) { search, options, deadline, progress in
      IncrementalTimer.knows(start, options)
        ? search.run(in: OperationSpace(start, options: options), until: deadline, progress)
        : search.run(in: ModeSpace(start, extent: nil, options: options), until: deadline, progress)
    }
  }

  /// Takes in what a search finds in a share of the time that is left.
  private mutating func take(
    _ start: Problem, from starts: [Orders], share: Double,
    _ run: (Search, SearchOptions, Deadline, (SearchProgress) -> Bool) -> SearchResult
  ) {
    var options = options
    options.timeLimit = timeLeft * share
    let (value, begin, moves) = (value, begin, moves)
    options.iterations = options.iterations.map { max(1, Int(Double($0 - moves) * share)) }
    let search = Search(start, options: options, starts: starts, lowerBound: bound.value)
    let found = run(search, options, deadline) { step in
      var step = step
      step.value = min(step.value, value)
      step.elapsed = ContinuousClock.now - begin
      step.iterations += moves
      return progress(step)
    }
    self.moves += found.iterations
    if found.value < value { self.best = found }
  }
}

extension ModeChoice {
  /// So many microbatches in each mode of each stage, those of one mode spread over the batch.
  fileprivate static func dealing(_ counts: [[Double]], to microbatchCount: Int) -> ModeChoice {
    let perStage = counts.map { counts -> [Int] in
      var dealt = [Double](repeating: 0, count: counts.count)
      return (1...microbatchCount).map { turn in
        // The mode that is furthest behind its share.
        let behind = counts.indices.map { counts[$0] * Double(turn) / Double(microbatchCount) - dealt[$0] }
        let mode = behind.indices.max { (behind[$0], -$0) < (behind[$1], -$1) } ?? 0
        dealt[mode] += 1
        return mode
      }
    }
    return ModeChoice((0..<microbatchCount).map { microbatch in perStage.map { $0[microbatch] } })
  }
}
