/// A problem whose routes are still to be chosen: under rules, or only on which of its devices every stage is met.
///
/// A value of this type has been checked like a `Problem`; whether any routes keep the rules is for a search to
/// find out.
public struct RoutingProblem: Hashable, Sendable {
  /// The rules of the routes through `ground`.
  public let rules: SkipReorderRules
  /// Everything but the routes, as stated: here each microbatch visits its first stage only.
  package let frame: Problem
  /// The problem in which routes are searched: the frame or, where the first device is a choice as well, the frame
  /// behind an entry. Each microbatch visits its first stage only.
  package let ground: Problem
  /// Whether `ground` has an entry: stage 0 then stands before the model's stages.
  package let hasEntry: Bool
  /// The device of `ground` on which each microbatch's route starts.
  package let origins: [Device.ID]

  /// Takes the routes off a problem: all but where each one starts where it has rules, and all where every
  /// microbatch visits every stage in order.
  ///
  /// - Throws: `ProblemError` when the problem has neither rules nor such routes, or a microbatch starts where its
  ///   first stage is not.
  public init(_ problem: Problem) throws(ProblemError) {
    let parts = ProblemParts(of: problem)
    guard let rules = problem.skipReorder else {
      let all = problem.stages.indices.map { Stage.ID($0) }
      guard problem.routes.allSatisfy({ $0.visits.map(\.stage) == all }) else {
        throw ProblemError(["skipReorder"], .empty("rule for choosing routes"))
      }
      try self.init(hostsFreeIn: parts)
      return
    }
    let origins = problem.routeIndexes.map { problem.routes[Int($0)].visits[0].device }
    try self.init(parts: parts, rules: rules, origins: origins)
  }

  /// Takes the parts of a problem that has no routes.
  ///
  /// Under rules, microbatches that name no origin are dealt to the hosts of the first stage in turn. Without rules
  /// every microbatch visits all stages in order, and the host of each of them is open, but for that of the first
  /// stage where a microbatch names its origin.
  package init(parts: ProblemParts) throws(ProblemError) {
    guard let rules = parts.skipReorder else {
      try self.init(hostsFreeIn: parts)
      return
    }
    let hosts = try parts.hosts()[0]
    let origins = parts.microbatches.indices.map { index in
      parts.microbatches[index].origin ?? hosts[index % hosts.count]
    }
    try self.init(parts: parts, rules: rules, origins: origins)
  }

  private init(
    parts: ProblemParts, rules: SkipReorderRules, origins: [Device.ID]
  ) throws(ProblemError) {
    frame = try parts.onFirstStages(origins)
    ground = frame
    hasEntry = false
    self.rules = rules
    self.origins = origins
  }

  private init(hostsFreeIn parts: ProblemParts) throws(ProblemError) {
    try parts.checkDefaultWalk()
    frame = try parts.onFirstStages(try parts.roomiestOrigins())
    let entry = RouteEntry(parts.microbatches, deviceCount: parts.devices.count)
    ground = try parts.behind(entry, hosts: frame.hosts).onFirstStages(entry.deviceOf)
    hasEntry = true
    rules = entry.rules(stageCount: ground.stageCount)
    origins = entry.deviceOf
  }

  /// The devices, stages, microbatches, placement and links.
  public var devices: [Device] { frame.devices }
  /// The model's stages.
  public var stages: [Stage] { frame.stages }
  /// The batch.
  public var microbatches: [Microbatch] { frame.microbatches }
  /// The devices that host each stage.
  public var hosts: [[Device.ID]] { frame.hosts }
  /// The links between devices.
  public var communication: Communication { frame.communication }

  /// The number of visits, whatever the routes.
  public var visitCount: Int {
    microbatches.count * (rules.stagesPerMicrobatch + (rules.head == nil ? 0 : 1) - (hasEntry ? 1 : 0))
  }

  /// The number of operations of a schedule with split backward passes, whatever the routes.
  public var operationCount: Int { 3 * visitCount }

  /// The labels of its numbers.
  public var units: Units { frame.units }
  /// The figures of devices, stages and links that look like slips.
  public var suspiciousFigures: [SuspiciousFigure] { frame.suspiciousFigures }
  /// Whether the rules were stated, and may be changed: they are the trivial ones where only hosts are open.
  public var statesRules: Bool { !hasEntry }

  /// The same problem under other rules.
  ///
  /// - Throws: `ProblemError` when the rules contradict the problem.
  public func with(rules: SkipReorderRules) throws(ProblemError) -> RoutingProblem {
    var parts = ProblemParts(of: frame)
    parts.skipReorder = rules
    return try RoutingProblem(try parts.problem())
  }

  /// The problem with its routes.
  ///
  /// - Parameter routes: the route of each microbatch.
  /// - Throws: `ProblemError` when a route cannot be walked.
  public func problem(routes: [Route]) throws(ProblemError) -> Problem {
    var parts = ProblemParts(of: frame)
    parts.give(routes)
    return try parts.problem()
  }

  /// A stage of `ground` as it is stated; `nil` for the entry. O(1).
  package func stated(_ stage: Stage.ID) -> Stage.ID? {
    guard hasEntry else { return stage }
    return stage.index > 0 ? Stage.ID(stage.index - 1) : nil
  }
}

extension ProblemParts {
  /// The devices of every stage.
  func hosts() throws(ProblemError) -> [[Device.ID]] {
    try ProblemRules.hosts(
      of: instance.placement, stageCount: instance.stages.count, deviceCount: instance.devices.count)
  }

  /// The problem in which every microbatch visits the first stage only.
  fileprivate func onFirstStages(_ origins: [Device.ID]) throws(ProblemError) -> Problem {
    let hosts = try hosts()
    if let stage = instance.stages.firstIndex(where: { $0.messageBytes != nil }) {
      throw ProblemError(["stages", .index(stage), "bytes"], .bytesBesideRouting)
    }
    for (index, origin) in origins.enumerated() where !hosts[0].contains(origin) {
      throw ProblemError(
        ["microbatches", .index(index), "origin"], .notHosted(stage: 0, device: origin.index))
    }
    var parts = self
    parts.give(origins.map { Route(visits: [Route.Visit(stage: Stage.ID(0), device: $0)]) })
    return try parts.problem()
  }

  /// Per microbatch its origin or, where it names none, the first stage's host with most memory left.
  fileprivate func roomiestOrigins() throws(ProblemError) -> [Device.ID] {
    let hosts = try hosts()
    var room = instance.devices.map(\.capacity)
    for (stage, devices) in zip(instance.stages, hosts) {
      for device in devices where room.indices.contains(device.index) {
        room[device.index] -= stage.staticMemory
      }
    }
    let roomiest = hosts[0].max { (room[$0.index], $1.index) < (room[$1.index], $0.index) }
    return instance.microbatches.map { $0.origin ?? roomiest ?? hosts[0][0] }
  }

  /// Checks what holds of a walk over all stages whatever their hosts, links and memory.
  fileprivate func checkDefaultWalk() throws(ProblemError) {
    let hosts = try hosts()
    try ProblemRules.checkOrigins(of: instance.microbatches, deviceCount: instance.devices.count)
    var parts = self
    for index in parts.devices.indices where (parts.devices[index].memoryLimit ?? 0) >= 0 {
      parts.devices[index].memoryLimit = nil
    }
    if case .uniform = instance.communication {} else { parts.communication = .uniform(0) }
    let visits = hosts.enumerated().map { Route.Visit(stage: Stage.ID($0.offset), device: $0.element[0]) }
    parts.routes = ([Route(visits: visits)], instance.microbatches.map { _ in 0 })
    _ = try parts.problem()
  }
}
