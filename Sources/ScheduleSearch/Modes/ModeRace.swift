import PipelineModel
import Timeline

/// Choices of modes that compete, with what is known of each: the phases of a search for modes are its methods.
struct ModeRace {
  /// A choice of modes.
  private struct Runner {
    var modes: ModeChoice
    /// The problem in these modes.
    var problem: Problem
    /// The best that searches found.
    var result: SearchResult?
    /// What it is worth: what a search found or, before, what is expected of one.
    var value: Double
    /// Between what was found and what may be.
    var promise: Double { result.map { (value + $0.bound.value) / 2 } ?? value }
    /// Whether nothing better than a value is to be found in these modes.
    func isDone(below value: Double) -> Bool {
      result.map { LowerBound.isMet($0.bound.value, by: min(value, $0.value)) } ?? false
    }
  }

  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]
  private let begin: ContinuousClock.Instant
  private let deadline: Deadline
  private let progress: (SearchProgress) -> Bool
  private var runners: [Runner] = []
  /// Those that have left the race.
  private var others: [Runner] = []
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
  /// The moves left; `nil` where time ends the search.
  private var movesLeft: Int? { options.iterations.map { max(0, $0 - moves) } }
  private var timeLeft: Duration { max(.zero, options.timeLimit - (ContinuousClock.now - begin)) }

  /// Lets the first of some choices compete, in rounds of equal length.
  ///
  /// - Parameter always: choices that compete whatever greedy runs say of them, which need not be what a search makes of
  ///   them: unless there is time for few.
  mutating func run(_ candidates: [ModeCandidate], always: [ModeChoice] = [], share: Double) {
    let slice = Effort.modeSlice * problem.visitCount
    let most =
      options.iterations.map { $0 / Effort.movesPerMode.race } ?? Int(timeLeft * share / slice as Double)
    let ranked = candidates.ranked(always: most < 2 * always.count ? [] : Set(always))
    runners = ranked.prefix(min(max(2, most), Effort.modeRunners)).map {
      Runner(modes: $0.modes, problem: $0.problem, value: $0.expected)
    }
    let end = ContinuousClock.now + min(timeLeft * share, slice * (Effort.slicesPerRunner * runners.count))
    var rounds = 1
    while 1 << (rounds - 1) < runners.count { rounds += 1 }
    for round in 0..<rounds where !isOver {
      let active = runners.indices.filter { !runners[$0].isDone(below: value) }
      for (turn, index) in active.enumerated() where !isOver {
        let parts = (rounds - round - 1) * active.count + active.count - turn
        runners[index] = searched(
          runners[index], for: max(.milliseconds(1), (end - .now) / parts),
          moves: options.iterations.map { max(1, Int(Double($0) * share) / rounds / active.count) })
      }
      runners.sort { $0.value < $1.value }
      let stay = (runners.count + 1) / 2
      others += runners[stay...]
      runners.removeSubrange(stay...)
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
    // What is dealt out is no problem without a choice, and a bound on it would be one on all choices.
    let isAlone = runner.modes.isPerStage
    let search = Search(
      runner.problem, options: slice, starts: begins, lowerBound: isAlone ? proved : bound)
    let tell = { (step: SearchProgress) in
      mayGoOn = progress(step.asPart(since: begin, after: moves, best: known, bound: bound))
      return mayGoOn
    }
    var found =
      isAlone
      ? search.run(until: deadline, progress: tell) : search.runInGivenModes(until: deadline, progress: tell)
    goesOn = goesOn && mayGoOn
    self.moves += found.iterations
    if let before = runner.result, before.bound.value >= found.bound.value { found.bound = before.bound }
    if let before = runner.result, before.value < found.value {
      (found.value, found.orders) = (before.value, before.orders)
    }
    runner.result = found
    runner.value = found.value
    if found.value < value {
      found.modes = runner.modes
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
      (runners + others).compactMap { runner in runner.result.map { (runner.modes, $0) } },
      uniquingKeysWith: { first, _ in first })
    let proved = tree.close(until: deadline) { choice in
      guard !isOver, let alone = problem.inModes(choice.modes) else { return nil }
      let modes = ModeChoice(choice.modes, microbatchCount: problem.microbatchCount)
      var runner = Runner(
        modes: modes, problem: alone, result: known[modes], value: known[modes]?.value ?? .infinity)
      if !runner.isDone(below: value) {
        runner = searched(
          runner, for: timeLeft * Effort.shareOfModeLeaf,
          moves: options.iterations.map { max(1, Int(Double($0) * Effort.shareOfModeLeaf)) })
      }
      return runner.result.map { ($0.value, $0.bound.value) }
    }
    if proved.value > bound.value { bound = proved }
  }

  /// Gives each microbatch modes of its own: first dealt out in turn, then from the best on.
  mutating func letMicrobatchesDiffer() {
    guard !isOver else { return }
    let share = Effort.shareOfModeVectors
    let knapsack = ModeKnapsack(problem, objective: options.objective, scope: options.scope)
      .map { ModeDeals.dealing($0.counts, to: problem.microbatchCount) }
      .flatMap { ModeCandidate($0, of: problem, options: options) }
    deal(besides: knapsack, share: share.deals)
    // Moves from the best alone may stay near it.
    if let knapsack, knapsack.expected < value {
      move(from: knapsack.modes, starts: [], share: share.knapsack)
    }
    moveFromBest(share: share.moves)
    polish(share: 1)
  }

  /// Lets choices compete that deal out the best one and those of one name.
  private mutating func deal(besides other: ModeCandidate?, share: Double) {
    let raced = runners.map(\.modes)
    let best = raced.prefix(1)
    let deals = ModeDeals.pairs(of: best + problem.choicesOfOneName.filter { !best.contains($0) })
    let candidates = deals.compactMap {
      deadline.hasPassed ? nil : ModeCandidate($0, of: problem, options: options)
    }
    let others = [other].compactMap { $0 }.filter { !raced.contains($0.modes) }
    run(others + candidates, always: others.map(\.modes), share: share)
  }

  /// Goes on with the choice that promises most, as long as there is one that may be better than the best.
  mutating func goOn() {
    var all = runners + others
    if let best, !all.contains(where: { $0.modes == best.modes }), let alone = problem.inModes(of: best.modes)
    {
      all.append(Runner(modes: best.modes, problem: alone, value: best.value))
    }
    while !isOver, movesLeft != 0 {
      let open = all.indices.filter { !all[$0].isDone(below: value) }
      guard let next = open.min(by: { all[$0].promise < all[$1].promise }) else { return }
      all[next] = searched(
        all[next], for: max(Effort.modeSlice * problem.visitCount, timeLeft * Effort.shareOfModeTurn),
        moves: movesLeft.map { $0 < 2 * Effort.movesPerMode.race ? $0 : $0 / 2 })
    }
  }

  /// Lets whole stages change their modes along with the orders, from the best on.
  mutating func moveFromBest(share: Double) {
    guard let best else { return }
    move(from: best.modes, starts: [best.orders], share: share)
  }

  /// Moves modes and orders together, from a choice on.
  private mutating func move(from choice: ModeChoice, starts: [Orders], share: Double) {
    guard !isOver, let start = problem.inModes(of: choice, listed: true) else { return }
    take(
      start, from: starts, share: share
    ) { search, options, deadline, progress in
      search.run(
        in: ModeSpace(start, extent: start.instance.modesPer, options: options), until: deadline, progress)
    }
  }

  /// Moves orders alone, in the best modes.
  mutating func polish(share: Double) {
    guard !isOver, let best, let start = problem.inModes(of: best.modes, listed: true) else { return }
    take(start, from: [best.orders], share: share) { search, _, deadline, progress in
      search.runInGivenModes(until: deadline, progress: progress)
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
    options.iterations = movesLeft.map { max(1, Int(Double($0) * share)) }
    let search = Search(start, options: options, starts: starts, lowerBound: bound.value)
    let found = run(search, options, deadline) { step in
      progress(step.asPart(since: begin, after: moves, best: value, bound: step.lowerBound))
    }
    self.moves += found.iterations
    if found.value < value { self.best = found }
  }
}
