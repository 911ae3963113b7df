import PipelineModel
import Timeline

/// The tree of an exact search, depth first: sets of orders that are still to be looked at.
struct ExactTree {
  private let relaxation: Relaxation<PrefixGraph>
  private let objective: Objective
  /// The largest denominator of a value in grid steps.
  private let denominator: Int
  /// The sets of orders to look at, the next one last, and how many of them memory holds.
  private var waiting: [OrderSpace] = []
  private let mostWaiting: Int
  /// The best value so far in grid steps, and the largest length to try below it.
  private var goal = 0.0
  private var length = 0.0
  /// The best orders so far and their value, in the problem's time unit.
  private(set) var best: (orders: Orders, value: Double)
  /// The sets looked at.
  private(set) var nodeCount = 0
  /// How many may be looked at; `nil` where a clock alone ends the search.
  var nodeLimit: Int?
  /// Whether backward passes that can be split may be whole: elsewhere what is shorter so is no answer, but nothing shorter
  /// still is looked for.
  var mayJoin = true
  /// What no schedule is shorter than once all have been looked at, in the problem's time unit.
  private(set) var least = 0.0
  /// The slices of edges that have not told whether a set is refuted.
  private var sliceCount = 0
  private let variants: OrderVariants
  /// Whether all schedules of the orders looked at have been timed or refuted.
  private var isExhaustive = true

  private enum Size {
    /// The most edges that one pass over all pairs of frames looks at.
    static let pass = 4_000_000
    /// The edges looked at between two looks at the clock.
    static let slice = 2_000_000
    /// As how many sets a slice counts that has not told.
    static let nodesOfSlice = 20
    /// What the sets that wait may take, in bytes.
    static let memory = 1 << 30
    /// The most schedules that one order on each device may stand for.
    static let variants = 4_096
    /// How many pairs of operations are tried in both orders before orders are split by one of them.
    static let tries = 8
  }

  /// Begins with all orders; `nil` for a problem out of scope.
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ relaxation: Relaxation<PrefixGraph>, objective: Objective, scope: Certificate.Scope,
    best: (orders: Orders, value: Double)
  ) throws(OutOfTime) {
    let frames = objective.countsFromOwnStart ? max(1, relaxation.table.activeDevices.count) : 1
    let steps = best.value * relaxation.table.grid.stepsPerUnit
    // A period is a mean over devices and what is handed over: to refute its lengths nothing is known of the latter.
    denominator = frames + (objective.countsFromOwnStart ? relaxation.table.problem.handingOver.count : 0)
    guard relaxation.isComplete, relaxation.table.grid.isExact,
      relaxation.edgeCount * frames * frames <= Size.pass,
      // Lengths between the values are exact too.
      steps * Double(16 * denominator * denominator) < 1e15
    else { return nil }
    self.relaxation = relaxation
    self.objective = objective
    self.best = best
    least = best.value
    variants = OrderVariants(relaxation.table.problem, scope: scope)
    let nodes = relaxation.graphs.reduce(0) { $0 + ($1?.nodeCount ?? 0) }
    mostWaiting = max(1, Size.memory / ((2 * frames + 1) * MemoryLayout<Double>.stride * max(1, nodes)))
    setGoal(near: steps)
    waiting = [try OrderSpace(relaxation, objective: objective, length: length)]
  }

  /// Whether so many sets have been looked at, or as much has been done, as the limit allows.
  var isSpent: Bool { nodeLimit.map { nodeCount + Size.nodesOfSlice * sliceCount >= $0 } ?? false }
  /// Whether nothing is left to look at.
  var isOver: Bool { waiting.isEmpty }
  /// Whether, besides, no orders are shorter than the best ones.
  var isDone: Bool { isOver && isExhaustive }

  /// Looks at the next set: refutes it, finds shorter orders in it until it holds no more, or splits it.
  ///
  /// - Parameter goesOn: asked now and then; `false` leaves the set for later.
  /// - Returns: `false` where the set is left for later, or the sets that wait would take too much memory.
  mutating func step(while goesOn: () -> Bool) -> Bool {
    guard var space = waiting.popLast() else { return true }
    space.shorten(to: length)
    nodeCount += 1
    while true {
      switch isRefuted(&space, while: goesOn) {
      case nil:
        waiting.append(space)
        return false
      case true?: return true
      case false?: break
      }
      if improve(byAny: launched(space.earliestOrders)) {
        space.shorten(to: length)
        continue
      }
      switch split(&space, while: goesOn) {
      case nil:
        waiting.append(space)
        return false
      case .nothing: return true
      case .single:
        timeVariants(of: space.earliestOrders)
        return true
      case .less: continue
      case .halves(let first, let second):
        waiting += [second, first]
        return waiting.count <= mostWaiting
      }
    }
  }

  /// Whether all orders of a set are too long; `nil` when told to stop.
  private mutating func isRefuted(_ space: inout OrderSpace, while goesOn: () -> Bool) -> Bool? {
    while goesOn() {
      if let answer = space.isRefuted(effort: Size.slice) { return answer }
      // Where frames raise each other by little at a time, one set may take as long as many others.
      sliceCount += 1
      if isSpent { return nil }
    }
    return nil
  }
}

// MARK: Splitting

extension ExactTree {
  /// What is left of a set of orders once both orders of two operations have been tried.
  private enum Split {
    case nothing
    /// One order on each device.
    case single
    case less
    case halves(OrderSpace, OrderSpace)
  }

  /// Splits orders by an order of two operations, or leaves out those whose orders are refuted at once.
  ///
  /// Of the pairs tried, the one is taken that leaves fewest prefixes, multiplied over its halves. A set that no
  /// pair splits is a single order on each device.
  private mutating func split(_ space: inout OrderSpace, while goesOn: () -> Bool) -> Split? {
    var halves: (first: OrderSpace, second: OrderSpace)?
    var fewest = Double.infinity
    var isLess = false
    for decision in space.decisions(count: Size.tries) {
      var (first, second) = (space.copy(), space.copy())
      first.keep(decision)
      second.keep(decision.opposite)
      guard let isFirstRefuted = isRefuted(&first, while: goesOn),
        let isSecondRefuted = isRefuted(&second, while: goesOn)
      else { return nil }
      if isFirstRefuted && isSecondRefuted { return .nothing }
      if isFirstRefuted || isSecondRefuted {
        space = isFirstRefuted ? second : first
        isLess = true
      } else if !isLess, first.prefixCount * second.prefixCount < fewest {
        fewest = first.prefixCount * second.prefixCount
        halves = (first, second)
      }
    }
    if isLess { return .less }
    return halves.map { .halves($0.first, $0.second) } ?? .single
  }
}

// MARK: Improving

extension ExactTree {
  /// Keeps orders that are shorter than the best ones; tells whether they are.
  private mutating func improve(by orders: Orders) -> Bool {
    guard let timeline = shorter(orders), timeline.fitsMemory else { return false }
    least = timeline.value(of: objective)
    if mayJoin || !isJoined(orders) { best = (orders, least) }
    setGoal(near: least * relaxation.table.grid.stepsPerUnit)
    return true
  }

  /// The timeline of orders that take less than the best ones, whatever they hold.
  private func shorter(_ orders: Orders) -> Timeline? {
    guard let timeline = Timeline(ifItRuns: Schedule(problem: relaxation.table.problem, orders: orders))
    else {
      return nil
    }
    // No value lies between the length and the goal: their middle tells values apart in spite of rounding.
    let steps = timeline.value(of: objective) * relaxation.table.grid.stepsPerUnit
    return steps < (length + goal) / 2 ? timeline : nil
  }

  private mutating func improve(byAny all: [Orders]) -> Bool {
    all.reduce(false) { improve(by: $1) || $0 }
  }

  /// The orders with what brings back from hosts what is there: some ways of many.
  private func launched(_ orders: Orders?) -> [Orders] {
    guard let orders else { return [] }
    guard relaxation.table.lowered.hasOffloads else { return [orders] }
    return [true, false].map { orders.prepared(for: relaxation.table.problem, launchesEarly: $0) }
  }

  /// Keeps the best of the schedules that orders stand for. Where these are too many to be timed, or hosts have a part in
  /// them, nothing is proved.
  private mutating func timeVariants(of orders: Orders?) {
    guard let orders else { return }
    guard let variants = variants.all(of: orders, limit: Size.variants) else {
      isExhaustive = false
      return
    }
    // Of W that tasks tell apart only the first in, first out are looked at, and a BW may be worth more.
    let problem = relaxation.table.problem
    if relaxation.table.lowered.hasOffloads || (problem.namesWeights && OrderVariants.mayJoin(problem)) {
      isExhaustive = false
    }
    for other in variants where !improve(byAny: launched(other)) {
      // With operations named otherwise that cost the same, tasks may hold less.
      if relaxation.table.problem.hasTies, shorter(other) != nil { isExhaustive = false }
    }
  }

  /// Whether a backward pass is whole that can be split.
  private func isJoined(_ orders: Orders) -> Bool {
    orders.operations.contains { operation in
      guard operation.kind == .backward else { return false }
      return relaxation.table.problem.stage(operation.stage, of: operation.microbatch).isSplit
    }
  }

  /// Sets the goal to the possible value next to one that may be rounded.
  private mutating func setGoal(near steps: Double) {
    let values = (1...denominator).map { (steps * Double($0)).rounded() / Double($0) }
    goal = values.min { ($0 - steps).magnitude < ($1 - steps).magnitude } ?? steps
    length = Raising(denominator: denominator, goal: goal).lengthBelowGoal
  }
}
