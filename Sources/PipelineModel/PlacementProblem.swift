/// A routing problem whose devices are still to be dealt to stages, so many to each.
///
/// Every device hosts one stage; the head, where there is one, is on all devices of the first.
public struct PlacementProblem: Hashable, Sendable {
  /// How many devices each stage has, the head left out.
  public let devicesPerStage: [Int]
  /// The devices dealt in order, without memory limits: what holds of every placement.
  package let routing: RoutingProblem
  private let memoryLimits: [Double?]

  /// The figures of devices, stages and links that look like slips.
  public var suspiciousFigures: [SuspiciousFigure] { routing.suspiciousFigures }

  /// Takes the parts of a problem that has rules and no routes; their placement is not read.
  ///
  /// - Throws: `ProblemError` when the numbers are not those of stages and devices, a microbatch names an origin,
  ///   or the parts are no routing problem under any placement.
  package init(parts: ProblemParts, devicesPerStage: [Int]) throws(ProblemError) {
    guard let rules = parts.skipReorder else {
      throw ProblemError(["placement"], .placementWithoutRules)
    }
    let key: ProblemKey = ["placement", "devicesPerStage"]
    let body = rules.bodyCount(of: parts.stages.count)
    guard devicesPerStage.count == body else {
      throw ProblemError(key, .wrongLength(devicesPerStage.count, expected: body, of: "stage but the head"))
    }
    for (stage, count) in devicesPerStage.enumerated() {
      try ProblemRules.checkCount(count, key: key.appending(.index(stage)))
    }
    let sum = devicesPerStage.reduce(0, +)
    guard sum == parts.devices.count else {
      throw ProblemError(key, .wrongSum(sum, expected: parts.devices.count))
    }
    if let index = parts.microbatches.firstIndex(where: { $0.origin != nil }) {
      throw ProblemError(["microbatches", .index(index), "origin"], .originWithoutPlacement)
    }
    var parts = parts
    memoryLimits = parts.devices.map(\.memoryLimit)
    for index in parts.devices.indices { parts.devices[index].memoryLimit = nil }
    self.devicesPerStage = devicesPerStage
    let order = parts.devices.indices.map { Device.ID($0) }
    parts.placement = .explicit(Self.hosts(dealing: order, by: devicesPerStage, head: rules.head))
    routing = try RoutingProblem(parts: parts)
  }

  /// The problem with its devices dealt to the stages in the given order, a stage's hosts by ascending number.
  ///
  /// - Parameter order: every device once.
  /// - Throws: `ProblemError` when a device has no memory for a microbatch of the first stage that starts there.
  /// - Complexity: O(devices² + stages + microbatches).
  public func routing(dealing order: [Device.ID]) throws(ProblemError) -> RoutingProblem {
    var parts = ProblemParts(of: routing.frame)
    for (index, limit) in memoryLimits.enumerated() { parts.devices[index].memoryLimit = limit }
    parts.placement = .explicit(
      Self.hosts(dealing: order, by: devicesPerStage, head: routing.rules.head))
    parts.routes = nil
    return try RoutingProblem(parts: parts)
  }

  private static func hosts(
    dealing order: [Device.ID], by counts: [Int], head: Stage.ID?
  ) -> [[Device.ID]] {
    var rest = order[...]
    var hosts = counts.map { count in
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).sorted()
    }
    if head != nil { hosts.append(hosts[0]) }
    return hosts
  }
}
