import Dispatch
import PipelineModel
import Timeline

/// A search on a problem whose pairs overlap or whose messages wait for each other.
///
/// First orders come from the search of the same problem without overlap and without waiting, with a quarter of the
/// time, and are timed with both; given orders keep their pairs, and greedy rules form pairs as they go. Two chains
/// then move, join and part blocks.
struct PairedSearch {
  private static let chainCount = 2

  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]
  private let known: Double?

  init(_ problem: Problem, options: SearchOptions, starts: [Orders], lowerBound: Double?) {
    self.problem = problem
    self.options = options
    self.starts = starts
    known = lowerBound
  }

  func run(until deadline: Deadline, progress: (SearchProgress) -> Bool) -> SearchResult {
    let begin = ContinuousClock.now
    var bound = options.firstBound(of: problem, known: known)
    var goesOn = true
    func tell(_ value: Double, _ moves: Int) -> Bool {
      progress(
        SearchProgress(
          elapsed: ContinuousClock.now - begin, iterations: moves, value: value, lowerBound: bound.value))
    }
    let (first, firstMoves) = firstOrders(until: deadline) { alone in
      goesOn = goesOn && tell(alone.value, alone.iterations)
      return goesOn
    }
    var best = first[0]
    if known == nil, goesOn {
      let raised = LowerBound.best(
        for: problem, objective: options.objective, scope: options.scope, until: best.value,
        deadline: deadline.share(0.5))
      if raised.value > bound.value { bound = raised }
    }
    var moves = firstMoves
    if goesOn, mayImprove, let model = PairedModel(problem, backward: options.backward) {
      let grid = model.table.grid
      // What has pairs may yet overtake what is better without.
      let paired = first.first { !$0.orders.pairs.isEmpty } ?? best
      let places = [paired, best]
      let chains = (0..<Self.chainCount).map { index in
        PairedChain(
          model, objective: options.objective, start: model.blocks(of: places[index % places.count].orders),
          seed: options.seed &* 2 &+ UInt64(index) &+ 0x9A18)
      }
      var left = options.iterations.map { max(0, $0 - moves) } ?? .max
      while goesOn, left > 0, best.value > bound.value * (1 + 1e-9), !deadline.hasPassed {
        let isTimed = options.iterations == nil
        let count = isTimed ? 1 << 40 : min(65_536, (left + 1) / Self.chainCount)
        let slice = isTimed ? deadline.orAt(ContinuousClock.now + .milliseconds(100)) : deadline
        let tried = improve(
          chains, moves: max(1, count), floor: bound.value * grid.stepsPerUnit, deadline: slice)
        moves += tried
        left -= min(left, max(1, tried))
        if let found = chains.map(\.best).min(by: { $0.value < $1.value }),
          grid.units(found.value) < best.value
        {
          best.orders = model.orders(of: found.orders)
          best.value = grid.units(found.value)
        }
        goesOn = tell(best.value, moves)
      }
    }
    return SearchResult(
      orders: best.orders, value: best.value, objective: options.objective, bound: bound, iterations: moves)
  }

  /// Whether there is anything that the search on the simpler problem does not see.
  private var mayImprove: Bool { mayPair || problem.communication.serialise != nil }

  /// Whether pairs can gain or lose; they need a fused `BW`.
  private var mayPair: Bool { problem.overlap != nil && options.backward != .split }

  /// Orders with their value, in the problem's time unit.
  private struct Start {
    var orders: Orders
    var value: Double
  }

  /// The orders that are given, and those found without overlap and without waiting, backwards whole and apart,
  /// where both are allowed and pairs make a difference between them; the best first. What is found runs and fits
  /// here as well, so that there always are some.
  private func firstOrders(
    until deadline: Deadline, while goesOn: (SearchProgress) -> Bool
  ) -> (starts: [Start], moves: Int) {
    // The bounds of the other problem are none here, so that it is given one that says nothing.
    let alone = problem.withoutInteraction
    let kinds: [SearchOptions.Backward] =
      options.backward == .auto ? (mayPair ? [.fused, .split] : [.split]) : [options.backward]
    var moves = 0
    let found = kinds.map { kind in
      var options = options
      options.backward = kind
      options.timeLimit = options.timeLimit / (4 * kinds.count)
      options.iterations = options.iterations.map { $0 / (4 * kinds.count) }
      let result = Search(alone, options: options, starts: starts.map(\.withoutPairs), lowerBound: 0)
        .run(until: deadline, progress: goesOn)
      moves += result.iterations
      return result.orders
    }
    // Those found come first, so that there are some however little time is left.
    var timed: [Start] = []
    for orders in found + starts.filter(isAllowed) + greedyOrders(until: deadline)
    where timed.isEmpty || !deadline.hasPassed {
      if let value = value(of: orders) { timed.append(Start(orders: orders, value: value)) }
    }
    return (timed.enumerated().sorted { ($0.1.value, $0.0) < ($1.1.value, $1.0) }.map(\.element), moves)
  }

  /// The orders of greedy rules; fewer rules for large problems.
  private func greedyOrders(until deadline: Deadline) -> [Orders] {
    guard mayPair, let model = PairedModel(problem, backward: .fused) else { return [] }
    let count = max(2, 200_000 / problem.visitCount)
    return PairedRule.all.prefix(count).compactMap { rule in
      var greedy = PairedGreedy(model, rule)
      return greedy.run(until: deadline) ? model.orders(of: greedy.orders) : nil
    }
  }

  private func isAllowed(_ orders: Orders) -> Bool {
    switch options.backward {
    case .auto: true
    case .fused: orders.operations.allSatisfy { $0.kind == .forward || $0.kind == .backward }
    case .split: orders.operations.allSatisfy { $0.kind != .backward }
    }
  }

  /// The objective of orders; `nil` where they cannot run or do not fit.
  private func value(of orders: Orders) -> Double? {
    guard orders.deviceCount == problem.deviceCount,
      let timeline = try? Timeline(Schedule(problem: problem, orders: orders)), timeline.fitsMemory
    else { return nil }
    return options.objective == .makespan ? timeline.makespan : timeline.summary.period
  }

  /// Lets all chains try moves side by side; returns how many they tried.
  private func improve(
    _ chains: [PairedChain], moves: Int, floor: Double, deadline: Deadline
  ) -> Int {
    let before = chains.reduce(0) { $0 + $1.moves }
    nonisolated(unsafe) let chains = chains
    DispatchQueue.concurrentPerform(iterations: chains.count) {
      chains[$0].improve(moves: moves, floor: floor, deadline: deadline)
    }
    return chains.reduce(0) { $0 + $1.moves } - before
  }
}

extension Orders {
  /// The same orders with no pair marked.
  fileprivate var withoutPairs: Orders { Orders(operations: operations, bounds: bounds) }
}
