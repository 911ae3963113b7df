import PipelineModel
import Timeline

/// Partitions that compete, with what is known of each: the phases of a search for partitions are its methods.
struct PartitionRace {
  private let problem: PartitionProblem
  private let options: SearchOptions
  private let starts: [Orders]
  private let begin: ContinuousClock.Instant
  private let deadline: Deadline
  private let progress: (SearchProgress) -> Bool
  private var runners: [PartitionCandidate] = []
  /// `nil` where devices host stages in a way that no bound on partitions knows.
  private var parts: PartitionBound?
  private var bound: LowerBound
  private var best: PartitionCandidate?
  /// The partitions that may be better than the best, with a bound on each; `nil` as long as they are not told one by one.
  private var open: [(counts: [Int], bound: Double)]?
  private var moves = 0
  private var goesOn = true

  init(
    _ problem: PartitionProblem, options: SearchOptions, starts: [Orders],
    since begin: ContinuousClock.Instant,
    until deadline: Deadline, progress: @escaping (SearchProgress) -> Bool
  ) {
    self.problem = problem
    self.options = options
    self.starts = starts
    self.begin = begin
    self.deadline = deadline
    self.progress = progress
    parts = PartitionBound(
      problem, objective: options.objective, scope: options.scope, threads: options.threads)
    bound = .simple(forAnyPartitionOf: problem, objective: options.objective, scope: options.scope)
  }

  /// The best partition with its orders; `nil` where none fits.
  var result: PartitionResult? {
    guard let best, var search = best.result else { return nil }
    search.bound = bound
    search.iterations = moves
    let values = runners.filter { $0.result != nil }.map { ($0.key.counts, $0.value) }
    return PartitionResult(
      problem: best.problem, search: search, values: Dictionary(values, uniquingKeysWith: min),
      open: open?.filter { !LowerBound.isMet($0.bound, by: best.value) })
  }

  private var value: Double { best?.value ?? .infinity }
  private var isOver: Bool {
    best != nil && (!goesOn || LowerBound.isMet(bound.value, by: value) || deadline.hasPassed)
  }
  private var timeLeft: Duration { max(.zero, options.timeLimit - (ContinuousClock.now - begin)) }
  private var movesLeft: Int? { options.iterations.map { max(0, $0 - moves) } }

  /// Works out a bound on all partitions, whose least ones take part in the race.
  mutating func raiseBound(share: Double) {
    guard !isOver, var parts else { return }
    let raised = parts.raise(until: value, deadline: deadline.share(share))
    self.parts = parts
    if raised.value > bound.value, raised.value.isFinite { bound = raised }
    for counts in parts.candidates.prefix(Effort.partitionRunners) { enter(counts) }
  }

  /// Lets partitions take part that are balanced with more or fewer microbatches in flight.
  mutating func enterBalanced() {
    for inFlight in Effort.inFlight {
      guard let (counts, modes) = problem.balanced(inFlight: inFlight) else { continue }
      enter(.init(counts: counts, modes: problem.hasModes && problem.modesPer == .stage ? modes : nil))
    }
  }

  /// Lets partitions compete, in rounds of equal length.
  mutating func run(share: Double) {
    let end = ContinuousClock.now + timeLeft * share
    let slice = Effort.modeSlice * problem.visitCount
    let most =
      options.iterations.map { $0 / Effort.movesPerMode.race } ?? Int(timeLeft * share / slice as Double)
    enterNeighbours(of: runners.map(\.key), until: deadline.share(share / 4))
    runners.sort { $0.expected < $1.expected }
    // What people would do otherwise is tried in any case: they are told what it costs.
    let usual = [problem.balancedCounts, problem.equalCounts].compactMap { counts in
      runners.indices.first { runners[$0].key.counts == counts }
    }
    let first = runners.indices.prefix(min(max(2, most), Effort.partitionRunners))
    var active = first + usual.filter { !first.contains($0) }
    var rounds = 1
    while 1 << (rounds - 1) < active.count { rounds += 1 }
    for round in 0..<rounds {
      for (turn, index) in active.enumerated() where !isOver {
        let turns = (rounds - round - 1) * active.count + active.count - turn
        search(
          index, for: max(.milliseconds(1), (end - .now) / turns),
          moves: options.iterations.map { max(1, Int(Double($0) * share) / rounds / active.count) })
      }
      active.sort { runners[$0].value < runners[$1].value }
      active.removeSubrange(((active.count + 1) / 2)...)
    }
  }

  /// Moves layers from one stage to another from the best partition on, as long as that gains.
  mutating func moveBoundaries(share: Double) {
    guard movesLeft != 0 else { return }
    let end = ContinuousClock.now + timeLeft * share
    let count = 2 * Effort.partitionRunners
    let slice = max(
      timeLeft * share / count, min(timeLeft * share, Effort.modeSlice * problem.visitCount))
    let moves = options.iterations.map { max(1, Int(Double($0) * share) / count) }
    func mayGoOn() -> Bool { !isOver && (movesLeft.map { $0 > 0 } ?? (ContinuousClock.now < end)) }
    while let from = best, mayGoOn() {
      enterNeighbours(of: [from.key], until: deadline.share(share / 4))
      let next = runners.indices.filter { runners[$0].result == nil && runners[$0].bound < value }
        .sorted { runners[$0].expected < runners[$1].expected }
      if next.isEmpty { return }
      for index in next where mayGoOn() {
        search(index, for: slice, moves: moves)
        if best?.key != from.key { break }
      }
    }
  }

  /// Bounds one partition after the other that may be better, with all its devices together, and searches it where it still
  /// may be: in the end the bound is the least of them.
  mutating func closePartitions() {
    guard !isOver, var parts else { return }
    let all = parts.partitions(below: value, until: deadline.share(Effort.shareOfPartitions.bound))
    self.parts = parts
    guard var all else { return }
    for index in all.indices {
      guard !isOver, !LowerBound.isMet(all[index].bound, by: value),
        let closed = try? problem.cut(all[index].counts)
      else { continue }
      let share = deadline.share(max(0.02, 1 / Double(all.count - index)))
      let known = LowerBound.best(
        for: closed, objective: options.objective, scope: options.scope, until: value, deadline: share,
        threads: options.threads)
      all[index].bound = max(all[index].bound, known.value)
      if !LowerBound.isMet(all[index].bound, by: value) { enter(all[index].counts) }
    }
    open = all
    // What is not among them is as long as the best, or longer.
    let least = all.reduce(value) { min($0, $1.bound) }
    if least > bound.value {
      bound = LowerBound(value: least, argument: .everyPartition(all.count), scope: options.scope)
    }
  }

  /// Goes on with the partition that promises most, as long as there is one that may be better than the best.
  mutating func goOn(share: Double) {
    let end = ContinuousClock.now + timeLeft * share
    var movesToGo = movesLeft.map { Int(Double($0) * share) }
    while !isOver, movesToGo.map({ $0 > 0 }) ?? (ContinuousClock.now < end) {
      let open = runners.indices.filter { !LowerBound.isMet(runners[$0].bound, by: value) }
      guard let next = open.min(by: { runners[$0].promise < runners[$1].promise }) else { return }
      let moves = movesToGo.map { $0 < 2 * Effort.movesPerMode.race ? $0 : $0 / 2 }
      search(
        next, for: max(Effort.modeSlice * problem.visitCount, (end - .now) * Effort.shareOfModeTurn),
        moves: moves)
      if let moves { movesToGo = movesToGo.map { $0 - moves } }
    }
  }
}

extension PartitionRace {
  /// Takes part in the race in the modes that promise most, where that fits, after a close look at it.
  mutating func enter(_ counts: [Int]) {
    let deadline = deadline.share(Effort.shareOfPartitionLook)
    enter(
      PartitionCandidate.Key(counts: counts, modes: parts?.value(of: counts, closelyUntil: deadline).modes))
  }

  private mutating func enter(_ key: PartitionCandidate.Key) {
    guard !runners.contains(where: { $0.key == key }) else { return }
    let bound = parts?.value(of: key.counts, in: key.modes).bound
    guard let runner = PartitionCandidate(key, of: problem, bound: bound, options: options) else { return }
    runners.append(runner)
  }

  /// Lets those take part that differ by one layer, or by the modes of one device: the most promising of them.
  private mutating func enterNeighbours(of all: [PartitionCandidate.Key], until deadline: Deadline) {
    var neighbours: [PartitionCandidate.Key: Double] = [:]
    let isKnown = Set(runners.map(\.key))
    func take(_ key: PartitionCandidate.Key, _ bound: Double) {
      if bound < value, !isKnown.contains(key) { neighbours[key] = bound }
    }
    for key in all {
      if let modes = key.modes, let parts {
        for other in parts.neighbours(of: modes, under: key.counts) {
          take(
            .init(counts: key.counts, modes: other), self.parts?.value(of: key.counts, in: other).bound ?? 0)
        }
      }
      for counts in problem.neighbours(of: key.counts) where !deadline.hasPassed {
        guard let known = parts?.value(of: counts) else {
          take(.init(counts: counts), 0)
          continue
        }
        take(.init(counts: counts, modes: known.modes), known.bound)
      }
    }
    let open = neighbours.sorted { left, right in
      left.value == right.value ? left.key.precedes(right.key) : left.value < right.value
    }
    for neighbour in open.prefix(2 * Effort.partitionRunners) where !deadline.hasPassed {
      enter(neighbour.key)
    }
  }

  /// Searches a partition for a while, from the best orders there on.
  private mutating func search(_ index: Int, for time: Duration, moves count: Int?) {
    var slice = options
    slice.timeLimit = time
    slice.iterations = count
    let runner = runners[index]
    let searched = runner.alone ?? runner.problem
    let begins = runner.result.map { [$0.orders] } ?? (starts + (best?.result.map { [$0.orders] } ?? []))
    let (known, bound, begin, moves) = (value, bound.value, begin, moves)
    var mayGoOn = true
    // Without a limit of time a bound is as good as it gets at once.
    let proved = count == nil ? nil : runner.result?.bound.value
    var found = Search(
      searched, options: slice, starts: begins.map { $0.prepared(for: searched) }, lowerBound: proved
    ).run(until: deadline) { step in
      mayGoOn = progress(step.asPart(since: begin, after: moves, best: known, bound: bound))
      return mayGoOn
    }
    goesOn = goesOn && mayGoOn
    self.moves += found.iterations
    runners[index].bound = max(runner.bound, found.bound.value)
    if runner.alone != nil { found.modes = runner.problem.modes }
    if let before = runner.result, before.value <= found.value { found = before }
    runners[index].result = found
    if found.value < value { best = runners[index] }
  }
}
