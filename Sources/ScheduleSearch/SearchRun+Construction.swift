import PipelineModel
import Timeline

/// Phases that find first orders.
extension SearchRun {
  /// Takes given orders in: the first that fit, and more as long as there is time.
  mutating func takeStarts(_ starts: [Orders]) {
    for orders in starts where portfolio.best == nil || !lastMoves.hasPassed {
      guard let plan = space.plan(of: orders) else { continue }
      if !space.isWhole(orders) { keep(orders) }
      if let candidate = workers.chains[0].chain.evaluate(plan) { insert(candidate) }
    }
  }

  private mutating func keep(_ orders: Orders) {
    guard let timeline = Timeline(ifItRuns: Schedule(problem: space.problem, orders: orders)) else { return }
    let value = timeline.value(of: options.objective)
    if value < untold?.value ?? .infinity { untold = (orders, value) }
  }

  /// Searches the same problem without overlap and without waiting first, with backwards whole and apart where both
  /// are allowed and pairs or gaps make a difference between them: what is found there runs and fits here as well.
  mutating func solveWithoutInteraction(_ starts: [Orders]) {
    let alone = space.problem.withoutInteraction
    let gainsFromWhole = space.problem.overlap != nil || space.problem.gainsFromWholeBackward
    let both: [SearchOptions.Backward] = gainsFromWhole ? [.fused, .split] : [.split]
    // With tasks between `B` and `W` there may be no orders of whole ones.
    let kinds = (options.backward == .auto ? both : [options.backward]).filter {
      (try? Search.checkScope(of: alone, backward: $0)) != nil
    }
    guard alone != space.problem || (kinds.count > 1 && space.problem.overlap == nil) else { return }
    let part =
      space.problem.overlap == nil ? Effort.shareWithoutInteraction : Effort.shareWithoutPairs
    let share = part * kinds.count
    let starts = starts.map(\.withoutPairs)
    for kind in kinds {
      var options = options
      options.backward = kind
      options.timeLimit = options.timeLimit / share
      options.iterations = options.iterations.map { $0 / share }
      // Bounds of the other problem are none here, so that it is given one that says nothing.
      let result = Search(alone, options: options, starts: starts, lowerBound: 0)
        .run(until: deadline) { step in
          report(value: step.value, moves: step.iterations)
          return goesOn
        }
      otherMoves += result.iterations
      // However little time is left: so there are some orders.
      if portfolio.best == nil || !deadline.hasPassed { takeStarts([result.orders]) }
    }
  }

  /// Makes some orders where there are none, however little time is left.
  mutating func constructFirst() {
    guard let rule = space.surestRule else { return }
    let worker = workers.chains[0]
    // The best bet is most often much better, and takes as long.
    let others = space.problem.hasTies ? 0..<space.ruleCount : 0..<0
    let rules = [(0, deadline), (rule, .never)] + others.map { ($0, .never) }
    for (rule, deadline) in rules where portfolio.best == nil {
      let plan = worker.plan(ofRule: rule, in: space, until: deadline)
      plan.flatMap(worker.chain.evaluate).map { insert($0) }
    }
  }

  /// Runs greedy rules, most promising first, in a share of the time; the best bets have a larger one.
  mutating func construct() {
    let (first, last) = (deadline.share(Effort.shareOfRules), deadline.share(Effort.shareOfBestBets))
    func end(of rule: Int) -> Deadline { rule < Effort.bestBets ? last : first }
    evaluate(space.ruleCount, until: end(of:)) { [space] worker, rule in
      worker.plan(ofRule: rule, in: space, until: end(of: rule))
    } note: {
      $0.noteRule($1, value: $2)
    }
  }

  /// Remembers the best rules from which chains of parameters can go on.
  private mutating func noteRule(_ rule: Int, value: Double) {
    let place = bestRules.firstIndex { value < $0.value } ?? bestRules.count
    guard place < Effort.portfolioCapacity, !bestRules.contains(where: { $0.value == value }),
      space.parameters(ofRule: rule) != nil
    else { return }
    bestRules.insert((rule, value), at: place)
    if bestRules.count > Effort.portfolioCapacity { bestRules.removeLast() }
  }

  /// Times numbered plans that the workers make in turn, and takes in those that fit.
  ///
  /// - Parameter end: when no plan of a number is begun any more.
  mutating func evaluate(
    _ count: Int, until end: (Int) -> Deadline = { _ in .never }, _ make: (Worker, Int) -> Space.Plan?,
    note: (inout Self, Int, Double) -> Void = { _, _, _ in }
  ) {
    for first in stride(from: 0, to: count, by: workers.chains.count) where !isOver && !end(first).hasPassed {
      let found = workers.map(atOnce: cores) { worker, index in
        first + index < count ? make(worker, first + index).flatMap(worker.chain.evaluate) : nil
      }
      for (index, candidate) in found.enumerated() {
        guard let candidate else { continue }
        insert(candidate)
        note(&self, first + index, candidate.value)
      }
    }
  }
}

extension SearchRun.Worker {
  fileprivate func plan(ofRule rule: Int, in space: Space, until deadline: Deadline) -> Space.Plan? {
    space.plan(ofRule: rule, with: &builder, until: deadline)
  }

  /// The orders of parameters; `nil` where they lead to a deadlock, or the deadline passes first.
  func plan(of parameters: Space.Parameters, in space: Space, until deadline: Deadline) -> Space.Plan? {
    space.plan(of: parameters, with: &builder, until: deadline)
  }
}

extension Orders {
  /// The same orders with no pair marked.
  fileprivate var withoutPairs: Orders { Orders(operations: operations, bounds: bounds) }
}
