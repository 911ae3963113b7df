/// A problem whose routes are still to be chosen, under rules.
///
/// A value of this type has been checked like a `Problem`; whether any routes keep the rules is for a search to
/// find out.
public struct RoutingProblem: Hashable, Sendable {
  /// The rules of the routes.
  public let rules: SkipReorderRules
  /// The device on which each microbatch's route starts.
  public let origins: [Device.ID]
  /// Everything but the routes: here each microbatch visits its first stage only.
  package let frame: Problem

  /// Takes the routes off a problem with rules, except for where each one starts.
  ///
  /// - Throws: `ProblemError` when the problem has no rules, or a microbatch starts where its first stage is not.
  public init(_ problem: Problem) throws(ProblemError) {
    guard let rules = problem.skipReorder else {
      throw ProblemError(["skipReorder"], .empty("rule for choosing routes"))
    }
    let origins = problem.routeIndexes.map { problem.routes[Int($0)].visits[0].device }
    try self.init(parts: ProblemParts(of: problem), rules: rules, origins: origins)
  }

  /// Takes the parts of a problem that has rules and no routes: microbatches that name no origin are dealt to the
  /// hosts of the first stage in turn.
  package init(parts: ProblemParts) throws(ProblemError) {
    guard let rules = parts.skipReorder else {
      throw ProblemError(["skipReorder"], .empty("rule for choosing routes"))
    }
    let (stages, devices) = (parts.stages.count, parts.devices.count)
    let hosts = try ProblemRules.hosts(of: parts.placement, stageCount: stages, deviceCount: devices)[0]
    let origins = parts.microbatches.indices.map { index in
      parts.microbatches[index].origin ?? hosts[index % hosts.count]
    }
    try self.init(parts: parts, rules: rules, origins: origins)
  }

  private init(
    parts: ProblemParts, rules: SkipReorderRules, origins: [Device.ID]
  ) throws(ProblemError) {
    let hosts = try ProblemRules.hosts(
      of: parts.placement, stageCount: parts.stages.count, deviceCount: parts.devices.count)
    for (index, origin) in origins.enumerated() where !hosts[0].contains(origin) {
      throw ProblemError(
        ["microbatches", .index(index), "origin"], .notHosted(stage: 0, device: origin.index))
    }
    let distinct = Set(origins).sorted()
    var parts = parts
    parts.routes = (
      distinct.map { Route(visits: [Route.Visit(stage: Stage.ID(0), device: $0)]) },
      origins.map { origin in distinct.firstIndex(of: origin) ?? 0 }
    )
    frame = try parts.problem()
    self.rules = rules
    self.origins = origins
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

  /// The number of operations of a schedule with split backward passes, whatever the routes.
  public var operationCount: Int {
    3 * microbatches.count * (rules.stagesPerMicrobatch + (rules.head == nil ? 0 : 1))
  }

  /// The labels of its numbers.
  public var units: Units { frame.units }
  /// The figures of devices, stages and links that look like slips.
  public var suspiciousFigures: [SuspiciousFigure] { frame.suspiciousFigures }

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
}
