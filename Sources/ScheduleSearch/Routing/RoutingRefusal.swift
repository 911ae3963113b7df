import PipelineModel

/// Why no routes were found, and what would help.
public struct RoutingRefusal: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// Swaps may reach further than routes are looked for.
    case farSwaps(Int, limit: Int)
    /// The rules allow more orders of stages than are laid out.
    case manyOrders
    /// No order of stages keeps the rules.
    case noOrder
    /// The links, or devices without memory for a microbatch, leave one without a way along any order of stages and
    /// back. The origin is `nil` where it may start on any host of the first stage.
    case noWay(Microbatch.ID, origin: Device.ID?)
    /// So many of all visits find no room within the limits of stages and devices, or are owed to stages that
    /// cannot have them.
    case noRoom(Int, of: Int)
    /// No routes keep all limits, though there are visits enough: all sums of visits were gone through.
    case noRoutes
    /// None of the routes looked at keeps all limits: nothing is proved.
    case notFound(excess: Int)
    /// The routes found need more memory than a device has: nothing is proved.
    case noMemory(ProblemError)
  }

  /// A rule and the least value that would do, all else left as it is; added to all its entries where it has
  /// several.
  public struct Change: Hashable, Sendable {
    /// The key of the rule.
    public var rule: String
    /// How much more, or less.
    public var step: Int
  }

  /// What is wrong.
  public let reason: Reason
  /// The key that opens the routes.
  public let key: ProblemKey
  /// Changes each of which would do by itself.
  public let changes: [Change]

  /// A reason, with changes of the rules where there are any.
  init(_ reason: Reason, of problem: RoutingProblem, changes: [Change] = []) {
    self.reason = reason
    key = problem.statesRules ? ["skipReorder"] : ["placement"]
    self.changes = problem.statesRules ? changes : []
  }
}

extension RoutingRefusal: CustomStringConvertible {
  /// What was expected and what was found, in one line.
  public var description: String {
    let wrong =
      switch reason {
      case .farSwaps(let distance, let limit):
        "expected maxSwapDistance from 0 to \(limit) where routes are to be chosen, found \(distance)"
      case .manyOrders:
        "expected rules that allow fewer orders of stages, as fewer or nearer swaps do, found too many to search"
      case .noOrder: "expected rules that some order of stages keeps, found none that does"
      case .noWay(let microbatch, let origin):
        "expected links for every route, found no way for microbatch \(microbatch)"
          + (origin.map { " from device \($0) and back" } ?? " over devices with memory for it and back")
      case .noRoom(let count, let all):
        "expected limits that leave room for all \(all) visits, found none for \(count) of them"
      case .noRoutes:
        "expected limits that some routes keep, found none among all routes"
      case .notFound(let excess):
        "expected limits that some routes keep, found routes over them by \(excess) \(excess == 1 ? "visit" : "visits")"
          + "; whether others keep them is not known"
      case .noMemory(let error):
        "expected routes within the memory of every device, found some over it; whether others keep it is not known; "
          + "\(error)"
      }
    if changes.isEmpty { return "\(key): \(wrong)" }
    let advice = changes.map { "\($0.rule) by \($0.step)" }
    return "\(key): \(wrong); it is enough to change \(advice.joined(separator: " or "))"
  }
}

extension RoutingModel {
  /// Why no routes can keep the rules and limits; `nil` where nothing speaks against it.
  func refusal() -> RoutingRefusal? {
    obstacle.map { refusal($0) }
  }

  /// A reason with the changes that would remove it.
  func refusal(_ reason: RoutingRefusal.Reason) -> RoutingRefusal {
    let mayChange = problem.statesRules && graph.isWhole
    return RoutingRefusal(reason, of: problem, changes: mayChange ? RoutingRefusal.changes(to: problem) : [])
  }

  /// The first thing that makes routes impossible.
  fileprivate var obstacle: RoutingRefusal.Reason? {
    if !graph.isWhole {
      let (farthest, limit) = (min(problem.rules.maxSwapDistance, bodyCount - 2), SequenceGraph.farthestSwap)
      return farthest > limit ? .farSwaps(problem.rules.maxSwapDistance, limit: limit) : .manyOrders
    }
    if graph.isEmpty { return .noOrder }
    var cheapest = CheapestRoute(self)
    var waysOf: [Int32: [Double]] = [:]
    for (microbatch, origin) in origins.enumerated() where waysOf[origin] == nil {
      let ways = cheapest.costsThroughLanes(from: Int(origin), scale: 1)
      guard ways[Int(origin)].isFinite else {
        let origin = problem.hasEntry ? problem.microbatches[microbatch].origin : problem.origins[microbatch]
        return .noWay(Microbatch.ID(microbatch), origin: origin)
      }
      waysOf[origin] = ways
    }
    let count = visitsWithoutRoom { origin, lane in waysOf[origin].map { $0[lane].isFinite } ?? false }
    return count > 0 ? .noRoom(count, of: visitCount + microbatchCount) : nil
  }
}

extension RoutingRefusal {
  private typealias Step = (rule: String, sign: Int, apply: (inout SkipReorderRules, Int) -> Bool)

  /// The least change of each rule that removes every obstacle, if one does.
  fileprivate static func changes(to problem: RoutingProblem) -> [Change] {
    steps(for: problem).compactMap { step in
      var reach = 1
      while reach < 1 << 20, works(step, by: reach, problem) == false { reach *= 2 }
      guard works(step, by: reach, problem) == true else { return nil }
      var (low, high) = (reach / 2, reach)
      while high - low > 1 {
        let middle = (low + high) / 2
        if works(step, by: middle, problem) == true { high = middle } else { low = middle }
      }
      return Change(rule: step.rule, step: step.sign * high)
    }
  }

  /// Whether a change removes every obstacle; `nil` where the rule does not go so far.
  private static func works(_ step: Step, by count: Int, _ problem: RoutingProblem) -> Bool? {
    var rules = problem.rules
    guard step.apply(&rules, count), let changed = try? problem.with(rules: rules) else { return nil }
    let model = RoutingModel(changed, fused: false)
    return model.obstacle == nil && VisitSearch(model).run(effort: 20_000) != .none
  }

  private static func steps(for problem: RoutingProblem) -> [Step] {
    let body = problem.rules.bodyCount(of: problem.stages.count)
    let batch = problem.microbatches.count
    func raise(_ counts: inout [Int], by count: Int) -> Bool {
      guard counts.contains(where: { $0 + count / 2 < batch }) else { return false }
      counts = counts.map { $0 + count }
      return true
    }
    return [
      (
        "visitsPerDevice", 1,
        { rules, count in
          guard var limits = rules.visitsPerDevice, count / 2 < batch * body else { return false }
          limits = limits.map { $0 + count }
          rules.visitsPerDevice = limits
          return true
        }
      ),
      (
        "visitsPerStage", 1,
        { rules, count in
          guard case .atMost(var caps) = rules.visitsPerStage, raise(&caps, by: count) else { return false }
          rules.visitsPerStage = .atMost(caps)
          return true
        }
      ),
      (
        "maxSkips", 1,
        { rules, count in
          guard var skips = rules.maxSkips, raise(&skips, by: count) else { return false }
          rules.maxSkips = skips
          return true
        }
      ),
      (
        "maxForwardJump", 1,
        { rules, count in
          guard let jump = rules.maxForwardJump, count / 2 < body else { return false }
          rules.maxForwardJump = jump + count
          return true
        }
      ),
      (
        "maxSwaps", 1,
        { rules, count in
          rules.maxSwaps += count
          return count / 2 < body
        }
      ),
      (
        "stagesPerMicrobatch", 1,
        { rules, count in
          rules.stagesPerMicrobatch += count
          return rules.stagesPerMicrobatch <= body && rules.sequences == nil
        }
      ),
      (
        "stagesPerMicrobatch", -1,
        { rules, count in
          rules.stagesPerMicrobatch -= count
          return rules.stagesPerMicrobatch >= 1 && rules.sequences == nil
        }
      ),
    ]
  }
}
