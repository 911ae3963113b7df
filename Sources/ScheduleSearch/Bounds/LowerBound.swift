import PipelineModel

/// A proved lower bound on an objective, and the argument that proves it.
///
/// docs/search.md has the proofs. A fused `BW` counts as `B` followed at once by `W`, which can only be shorter.
public struct LowerBound: Hashable, Sendable {
  /// Why no schedule is shorter.
  public enum Argument: Hashable, Sendable {
    /// The device's operations follow the earliest arrival of work there.
    case load(Device.ID, head: Double, work: Double)
    /// The device's forwards and backwards for the input follow the earliest arrival, and the last of them is
    /// followed by the shortest way back to a first stage.
    case backward(Device.ID, head: Double, work: Double, tail: Double)
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
    /// No cheaper routes keep the limits of visits together.
    case visitLimits
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
    /// How many `F`, `B` and `W` are done before.
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

  /// The best proved bound on an objective.
  ///
  /// - Parameter target: the value of a known schedule; the search for a better bound ends as soon as the bound
  ///   reaches it, which proves that schedule best.
  /// - Complexity: O(prefixes of the devices' words) a pass: about devices x microbatches x (limit / activation)²
  ///   with one stage per device. Graphs too large are made smaller, and the bound weaker.
  public static func best(
    for problem: Problem, objective: Objective, until target: Double? = nil
  ) -> LowerBound {
    let simple = simple(for: problem, objective: objective)
    if let target, simple.value >= target { return simple }
    if let alone = withoutOverlap(problem) {
      let best = best(for: alone, objective: objective, until: target).overlapped(of: problem)
      return simple.value > best.value ? simple : best
    }
    guard problem.visitCount <= largestVisitCount else { return simple }
    let relaxation = Relaxation(problem)
    let goal = target.map { relaxation.steps(reaching: $0) } ?? .infinity
    var best =
      switch objective {
      case .makespan: relaxation.makespanBound(until: goal)
      case .period: relaxation.periodBound(until: goal)
      }
    if best.value < target ?? .infinity, !relaxation.isComplete,
      let smallest = smallestScaleBound(for: problem, objective: objective, until: target),
      smallest.value > best.value
    {
      best = smallest
    }
    return simple.value > best.value ? simple : best
  }

  /// The most visits for which operations are laid out one by one.
  private static var largestVisitCount: Int { 1_000_000 }

  /// What holds for any schedule.
  static let nothing = LowerBound(value: 0, argument: .windows)

  /// The bound with every microbatch as small as the smallest one: durations that shrink never lengthen a
  /// schedule. `nil` where microbatches are equal already or take different routes.
  private static func smallestScaleBound(
    for problem: Problem, objective: Objective, until target: Double?
  ) -> LowerBound? {
    let scales = problem.microbatches.map(\.scale)
    guard problem.routes.count == 1, let least = scales.min(), least < scales.max() ?? least,
      let equal = try? Problem(
        devices: problem.devices, stages: problem.stages,
        microbatches: problem.microbatches.map { _ in Microbatch(scale: least) },
        placement: problem.placement, communication: problem.communication,
        routes: (problem.routes, problem.routeIndexes.map { Int($0) }))
    else { return nil }
    let bound = best(for: equal, objective: objective, until: target)
    return LowerBound(value: bound.value, argument: .smallestScale(bound))
  }
}
