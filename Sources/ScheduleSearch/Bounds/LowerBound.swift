import PipelineModel

/// A proved lower bound on an objective, and the argument that proves it.
///
/// docs/proofs.md has the proofs. A bound on all schedules counts a fused `BW` as `B` followed at once by `W`, which
/// can only be shorter; one on fused schedules knows that both end together.
public struct LowerBound: Hashable, Sendable {
  /// Why no schedule is shorter.
  public enum Argument: Hashable, Sendable {
    /// The device's operations follow the earliest arrival of work there.
    case load(Device.ID, head: Double, work: Double)
    /// The device's forwards, recomputes and backwards for the input follow the earliest arrival, and the last of them is
    /// followed by the shortest way back to a first stage.
    case backward(Device.ID, head: Double, work: Double, tail: Double, recomputes: Bool = false)
    /// The device's activations are held so long, memory times time, that its limit has room for them in no less.
    case memory(Device.ID, head: Double, area: Double, time: Double)
    /// The device's channel to its host, or from it, takes so long, behind the first `F` that offloads and before the
    /// last backward pass that needs what comes back.
    case host(Device.ID, head: Double, transfers: Double, tail: Double)
    /// One microbatch runs forward and back.
    case roundTrip(Microbatch.ID)
    /// A set of the device's operations can neither start earlier nor be followed by less.
    case block(Block)
    /// No order of the device's operations that its memory allows, with their inputs' arrivals before and what
    /// must follow elsewhere after them, takes less.
    case order(Device.ID, operations: Int, length: Double)
    /// From the first start on each device to the last end on the next take so long, on average, that no
    /// shorter period lets the devices follow each other.
    case cycle([Device.ID])
    /// No orders of the devices' operations meet each other's earliest and latest times in less.
    case windows
    /// Every microbatch is at least as large as the smallest one.
    indirect case smallestScale(LowerBound)
    /// Every operation is as short as if it always overlapped another.
    indirect case allOverlapped(LowerBound, factor: Double)
    /// The device's operations follow the earliest arrival of work, and overlap only after a backward can have
    /// arrived and while the way there and back of the last forward is ahead.
    case pairs(
      Device.ID, head: Double, work: Double, opens: Double, closes: Double, factor: Double)
    /// The microbatch runs forward and back on the cheapest of all routes.
    case cheapestRoute(Microbatch.ID)
    /// The device lets its microbatches in as its memory allows, and none is back sooner than the cheapest route
    /// lets it be: `away` in the problem's time unit.
    case origin(Device.ID, microbatches: Int, away: Double)
    /// The devices of a stage, or of all stages but the first, have so many visits to make.
    case visits(Stage.ID?, count: Int)
    /// The devices have so much to do together, however visits are dealt to them.
    case sharedWork([Device.ID])
    /// No cheaper routes keep the limits of visits together.
    case visitLimits
    /// No shares of paths keep the limits of visits and leave every device time and memory enough.
    case paths
    /// No delays of the device's operations, in shares, leave it time and memory enough for all.
    case prices(Device.ID)
    /// A search went through all orders, in so many sets.
    case everyOrder(sets: Int)
    /// Every stage is as short and as small as the least of its modes.
    indirect case leastModes(LowerBound)
    /// However modes are dealt to the device's microbatches, it has so much work, or holds so much for so long.
    case modeShares(Device.ID)
    /// No orders of the devices' operations meet each other's earliest and latest times in less in any modes, looked at in
    /// so many sets.
    case anyModes(sets: Int)
    /// Whatever layers the devices are given, some device takes so long with its own, however fast all others are; so many
    /// parts were looked at.
    case anyPartition(parts: Int)
    /// Each of so many partitions by itself; all others are ruled out by what some device takes.
    case everyPartition(Int)
    /// Tasks that may run on several devices hinder nothing.
    indirect case tasksApart(LowerBound)
    /// The devices have so much to do together, wherever tasks run.
    case sharedTasks([Device.ID])
    /// A search went through all devices of tasks and all orders, in so many sets.
    case everyTaskChoice(sets: Int)
    /// Each of so many placements by itself.
    case everyPlacement(Int)
    /// Proved elsewhere and given to a search.
    case given
  }

  /// Operations of one device that run after one moment and before another.
  public struct Block: Hashable, Sendable {
    /// The device.
    public var device: Device.ID
    /// The earliest start of the set, in the problem's time unit.
    public var opens: Double
    /// What starts first.
    public var opening: Operation
    /// How many `F`, `B`, `W` and `R` are done before.
    public var before: [Int]
    /// The time the set takes, in the problem's time unit.
    public var work: Double
    /// The least time that follows, in the problem's time unit.
    public var tail: Double
  }

  /// No schedule is shorter, in the problem's time unit.
  public let value: Double
  /// The argument that binds.
  public let argument: Argument
  /// The schedules that it holds for.
  public internal(set) var scope = Certificate.Scope.all
  /// Whether a smaller target may give a better bound: where shorter schedules are refuted.
  var mayRise = true

  /// What holds of all schedules whichever of several placements they have: the least of what is proved of each; `nil` for
  /// none.
  public static func least(ofPlacements certificates: [Certificate]) -> LowerBound? {
    certificates.min { $0.lowerBound < $1.lowerBound }.map {
      LowerBound(
        value: $0.lowerBound, argument: .everyPlacement(certificates.count), scope: $0.scope, mayRise: false)
    }
  }

  /// The best proved bound on an objective.
  ///
  /// - Parameters:
  ///   - scope: the schedules that it is to hold for.
  ///   - target: the value of a known schedule; the search for a better bound ends as soon as the bound reaches it,
  ///     which proves that schedule best.
  ///   - deadline: when to end with the best bound known by then, at least the simple one.
  ///   - threads: how many cores to use; the bound is the same with any.
  /// - Complexity: O(prefixes of the devices' orders) a pass: about devices x microbatches x (limit / activation)²
  ///   with one stage per device. Where they are too many to be held, two rows of them are; where they are too many to
  ///   be timed, operations are left out, and the bound is weaker.
  public static func best(
    for problem: Problem, objective: Objective, scope: Certificate.Scope = .all, until target: Double? = nil,
    deadline: Deadline = .never, threads: Int = 1
  ) -> LowerBound {
    if problem.hasTaskChoice {
      return whereverTasksRun(in: problem) {
        best(
          for: $0, objective: objective, scope: scope, until: target, deadline: deadline, threads: threads)
      }
    }
    if problem.hasModes {
      return ModeBound.best(
        for: problem, objective: objective, scope: scope, until: target, limit: ModeBound.fewSets,
        deadline: deadline, threads: threads)
    }
    return best(
      inModesOf: problem.inChosenModes ?? problem, objective: objective, scope: scope, until: target,
      deadline: deadline, threads: threads)
  }

  /// The best bound on the schedules in which every microbatch runs in the modes that it has.
  static func best(
    inModesOf problem: Problem, objective: Objective, scope: Certificate.Scope, until target: Double?,
    deadline: Deadline, threads: Int
  ) -> LowerBound {
    if let idle = IdleBackward(problem, objective: objective, isFused: scope.isFused) {
      return best(
        for: idle.forwardOnly, objective: objective, scope: scope, until: target, deadline: deadline,
        threads: threads)
    }
    let simple = simple(inModesOf: problem, objective: objective, scope: scope)
    if let target, simple.value >= target { return simple }
    let (paired, isWhole) = simple.raisedByPairs(
      of: problem, objective, until: target, deadline.share(shareOfPairs))
    guard !isWhole else { return paired }
    let isPriced = PriceBound.applies(to: problem)
    let first = isPriced ? deadline.share(shareOfOrders) : deadline
    var best = relaxed(problem, objective, scope, until: target, first, threads)
    // With overlap the simple bound is of pairs, and what follows of operations as short as their shares.
    let known = problem.overlap == nil ? max(simple.value, best.value) : best.value
    if isPriced, known < target ?? .infinity {
      let prices = PriceBound(problem, objective, isFused: scope.isFused, deadline, threads)
      best = prices.bound(above: known, until: target) ?? best
    }
    best.scope = scope
    best = best.overlapped(of: problem)
    return paired.value > best.value ? paired : best
  }

  /// The best bound that looks at orders of operations, each as short as its share of a pair may be.
  private static func relaxed(
    _ problem: Problem, _ objective: Objective, _ scope: Certificate.Scope, until target: Double?,
    _ deadline: Deadline, _ threads: Int
  ) -> LowerBound {
    guard problem.visitCount <= largestVisitCount else { return .nothing }
    let table = OperationTable(problem, isFused: scope.isFused)
    let goal = target.map { table.steps(reaching: $0) } ?? .infinity
    // Prefixes from a device's own start may take all the time, and then say nothing.
    let alone =
      objective.countsFromOwnStart ? withoutPrefixes(table, until: goal, deadline, threads) : .nothing
    guard alone.value < target ?? .infinity else { return alone }
    let best =
      table.fits(Float.self, until: goal)
      ? try? relaxed(table, in: Float.self, objective, scope, until: target, goal, deadline, threads)
      : try? relaxed(table, in: Double.self, objective, scope, until: target, goal, deadline, threads)
    return alone.value > best?.value ?? 0 ? alone : best ?? .nothing
  }

  /// A bound on the period of what is known of operations alone, whatever order devices run them in; of as many devices as
  /// the time allows, and of none where that is too short.
  private static func withoutPrefixes(
    _ table: OperationTable, until goal: Double, _ deadline: Deadline, _ threads: Int
  ) -> LowerBound {
    guard var relaxation = try? Relaxation<PrefixGraph>(table, limit: .none, deadline: deadline) else {
      return .nothing
    }
    relaxation.threads = threads
    relaxation.deadline = deadline.share(shareWithoutPrefixes)
    return (try? relaxation.periodBound(of: table.activeDevices, until: goal)) ?? .nothing
  }

  /// The share of its time in which bounds have to be done that know no prefixes.
  private static var shareWithoutPrefixes: Double { 0.1 }

  private static func relaxed<Time: RowTime>(
    _ table: OperationTable, in _: Time.Type, _ objective: Objective, _ scope: Certificate.Scope,
    until target: Double?, _ goal: Double, _ deadline: Deadline, _ threads: Int
  ) throws(OutOfTime) -> LowerBound {
    // Graphs refute as well: they come first unless they cannot hold what rows can, and have some time in any case.
    var rows: Relaxation<PrefixRows<Time>>?
    if Relaxation<PrefixRows<Time>>.outgrows(.graphs, table, deadline: deadline) {
      rows = try? Relaxation<PrefixRows<Time>>(table, deadline: deadline.share(shareOfRows))
      rows?.threads = threads
      if let rows, rows.isComplete, rows.exceeds(.graphs),
        var best = try? rows.bound(on: objective, until: goal)
      {
        best.mayRise = false
        return best
      }
      rows?.deadline = deadline
    }
    var graphs = try Relaxation<PrefixGraph>(table, deadline: deadline)
    graphs.threads = threads
    var best = try graphs.bound(on: objective, until: goal)
    guard best.value < target ?? .infinity, !graphs.isComplete else { return best }
    rows = try? rows ?? Relaxation<PrefixRows<Time>>(table, deadline: deadline)
    rows?.threads = threads
    if let other = try? rows?.bound(on: objective, until: goal), other.value > best.value { best = other }
    guard best.value < target ?? .infinity,
      let equal = table.problem.withSmallestScale(),
      case var smallest = relaxed(equal, objective, scope, until: target, deadline, threads),
      smallest.value > best.value
    else { return best }
    smallest.scope = scope
    return LowerBound(value: smallest.value, argument: .smallestScale(smallest))
  }

  /// Joins the bound to a value that it bounds.
  ///
  /// - Throws: `BoundContradiction` where it cannot hold.
  public func certificate(of value: Double, objective: Objective) throws(BoundContradiction) -> Certificate {
    try Certificate(objective: objective, scope: scope, lowerBound: self.value, value: value)
  }

  /// The most visits for which operations are laid out one by one.
  static var largestVisitCount: Int { 1_000_000 }

  /// The share of its time in which rows have to be done: what is left is enough for a weaker bound.
  private static var shareOfRows: Double { 0.85 }

  /// The share of its time in which bounds have to be done that look at orders where one that prices time and memory follows.
  private static var shareOfOrders: Double { 0.85 }

  /// The share of its time in which bounds have to be done that look at pairs: what is left is enough for one that takes
  /// every operation for its share of a pair.
  private static var shareOfPairs: Double { 0.8 }

  /// What holds for any schedule.
  static let nothing = LowerBound(value: 0, argument: .windows)
}

extension Problem {
  /// The problem with every microbatch as small as the smallest one: durations that shrink never lengthen a
  /// schedule. `nil` where microbatches are equal already or take different routes.
  func withSmallestScale() -> Problem? {
    guard routes.count == 1,
      Set(
        microbatches.map { [$0.scale.forward, $0.scale.backwardInput, $0.scale.backwardWeight, $0.memory] }
      ).count > 1
    else { return nil }
    func least(_ factors: (Microbatch) -> PerStage) -> PerStage {
      let all = microbatches.map(factors)
      return PerStage.same(0).map(count: stageCount) { _, stage in
        all.reduce(.infinity) { min($0, $1[stage]) }
      }
      .simplified
    }
    var parts = ProblemParts(of: self)
    let scale = Microbatch.Scale(
      forward: least(\.scale.forward), backwardInput: least(\.scale.backwardInput),
      backwardWeight: least(\.scale.backwardWeight))
    let memory = least(\.memory)
    for index in parts.microbatches.indices {
      parts.microbatches[index].scale = scale
      parts.microbatches[index].memory = memory
    }
    return try? parts.problem()
  }
}
