import PipelineModel
import Timeline

/// The devices that a search chose for tasks, with its best orders.
public struct TaskHostResult: Sendable {
  /// The problem with tasks on those devices, and no choice left.
  public var problem: Problem
  /// Its best orders; the bound is one on all choices.
  public var search: SearchResult
}

/// Chooses on which devices tasks run that may run on several, with the orders.
///
/// Tasks begin where they balance the work of devices. From the best choice on, pieces move to another device or change
/// places with others, at the times at which they ran; each choice is searched for a while from there on, and what takes no
/// longer stays. The rest of the time is for the best choice alone.
public struct TaskHostSearch {
  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]

  /// Prepares a search.
  ///
  /// - Parameter starts: orders to begin with; those that do not fit are left out.
  public init(_ problem: Problem, options: SearchOptions = SearchOptions(), starts: [Orders] = []) {
    self.problem = problem
    self.options = options
    self.starts = starts
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  /// - Returns: at the same seed, `iterations` and `threads` always the same.
  public func run(
    until deadline: Deadline = .never, progress: (SearchProgress) -> Bool = { _ in true }
  ) -> TaskHostResult {
    withoutActuallyEscaping(progress) { progress in
      let begin = ContinuousClock.now
      let end = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
      let bound = LowerBound.best(
        for: problem, objective: options.objective, scope: options.scope,
        deadline: end.share(Effort.shareOfTaskBound), threads: options.threads)
      var race = TaskHostRace(problem, options: options, bound: bound, since: begin, progress: progress)
      race.search(race.first, from: starts, share: Effort.shareOfFirstTaskHosts, until: end)
      var random = FastRandom(seed: options.seed, chain: 0, for: .tasks)
      for _ in 0..<Effort.taskHostChoices where !race.isOver(end) {
        guard let (next, orders) = race.changed(&random) else { break }
        race.search(
          next, from: [orders],
          share: (1 - Effort.shareOfFirstTaskHosts - Effort.shareOfBestTaskHosts)
            / Double(Effort.taskHostChoices), until: end)
      }
      race.prove(until: end.share(Effort.shareOfProof))
      if !race.isOver(end) {
        race.search(
          race.best.problem, from: [race.best.search.orders], share: Effort.shareOfBestTaskHosts, until: end)
      }
      return race.best
    }
  }
}

/// The best choice so far, and the ways on from there.
private struct TaskHostRace {
  let problem: Problem
  /// The problem in its own choice, and no other.
  let first: Problem
  private let options: SearchOptions
  private var bound: LowerBound
  private let begin: ContinuousClock.Instant
  private let progress: (SearchProgress) -> Bool
  private var found: TaskHostResult?
  private var moves = 0
  private var goesOn = true

  init(
    _ problem: Problem, options: SearchOptions, bound: LowerBound, since begin: ContinuousClock.Instant,
    progress: @escaping (SearchProgress) -> Bool
  ) {
    self.problem = problem
    self.options = options
    self.bound = bound
    self.begin = begin
    self.progress = progress
    first = problem.taskHosts.flatMap { try? problem.with(taskHosts: $0, isChoice: false) } ?? problem
  }

  /// The best so far.
  var best: TaskHostResult {
    guard let found else { preconditionFailure("the first choice is searched before any other") }
    var search = found.search
    (search.bound, search.iterations) = (bound, moves)
    return TaskHostResult(problem: found.problem, search: search)
  }

  func isOver(_ end: Deadline) -> Bool {
    guard let found else { return false }
    return !goesOn || LowerBound.isMet(bound.value, by: found.search.value) || end.hasPassed
  }

  /// Searches one choice for a share of the time or the moves.
  mutating func search(_ closed: Problem, from starts: [Orders], share: Double, until end: Deadline) {
    var slice = options
    slice.timeLimit = options.timeLimit * share
    slice.iterations = options.iterations.map { max(1, Int(Double($0) * share)) }
    let (known, bound, begin, moves, progress) = (
      found?.search.value ?? .infinity, bound.value, begin, moves, progress
    )
    var mayGoOn = true
    let result = Search(closed, options: slice, starts: starts, lowerBound: bound).run(until: end) { step in
      mayGoOn = progress(step.asPart(since: begin, after: moves, best: known, bound: bound))
      return mayGoOn
    }
    goesOn = goesOn && mayGoOn
    self.moves += result.iterations
    if result.value <= known { found = TaskHostResult(problem: closed, search: result) }
  }

  /// Looks at the tree of choices where pieces and operations are few.
  mutating func prove(until end: Deadline) {
    let pieces = problem.taskHosts?.pieces.count ?? 0
    let nodes = min(Effort.provedTaskNodes, options.iterations.map { $0 / Effort.movesPerNode } ?? .max)
    guard nodes > 0, pieces <= Effort.mostProvedPieces, problem.visitCount <= Effort.mostProvedVisits,
      !isOver(end)
    else { return }
    let result = ExactTaskSearch(problem, options: options, known: best).run(until: end, nodeLimit: nodes)
    if result.exact.value < best.search.value {
      var better = best
      better.problem = result.problem
      (better.search.orders, better.search.value) = (result.exact.orders, result.exact.value)
      found = better
    }
    guard result.exact.lowerBound > bound.value else { return }
    bound = LowerBound(
      value: result.exact.lowerBound, argument: .everyTaskChoice(sets: result.exact.nodes),
      scope: bound.scope,
      mayRise: false)
  }

  /// Another choice with orders to begin with: a piece on another device or, as often, two in each other's places. `nil`
  /// where there is none.
  func changed(_ random: inout FastRandom) -> (problem: Problem, orders: Orders)? {
    guard let found, let hosts = found.problem.taskHosts, let written = found.problem.layout?.written else {
      return nil
    }
    let open = hosts.devices.indices.filter { !(hosts.devices[$0] ?? []).isEmpty }
    for _ in 0..<Effort.taskHostTries where !open.isEmpty {
      let task = open[random.index(below: open.count)]
      guard var own = hosts.devices[task], let choice = written.tasks[task].choice(in: written.plain) else {
        continue
      }
      let piece = random.index(below: own.count)
      let other = choice[random.index(below: choice.count)]
      guard own[piece] != other else { continue }
      let there = own.indices.filter { own[$0] == other }
      if random.index(below: 2) == 0, !there.isEmpty {
        own.swapAt(piece, there[random.index(below: there.count)])
      } else {
        own[piece] = other
      }
      var changed = hosts
      changed.devices[task] = own
      // Where tasks hold memory, not every choice leaves orders.
      guard let next = try? found.problem.with(taskHosts: changed),
        (try? Search.checkScope(of: next, backward: options.backward)) != nil
      else { continue }
      return found.search.moved(from: found.problem, to: next).map { (next, $0) }
    }
    return nil
  }
}

extension SearchResult {
  /// The same orders with every operation on the device where it is in another problem, at the time at which it ran.
  fileprivate func moved(from old: Problem, to new: Problem) -> Orders? {
    guard let timeline = Timeline(ifItRuns: Schedule(problem: old, orders: orders)) else { return nil }
    var lists = [[(operation: Operation, start: Double, position: Int)]](
      repeating: [], count: new.deviceCount)
    for (position, operation) in orders.operations.enumerated() {
      let visits = new.route(of: operation.microbatch).visits
      guard let visit = visits.first(where: { $0.stage == operation.stage }) else { return nil }
      lists[visit.device.index].append((operation, timeline.start(at: position), position))
    }
    return Orders(
      lists.map { list in
        list.sorted { ($0.start, $0.position) < ($1.start, $1.position) }.map(\.operation)
      })
  }
}
