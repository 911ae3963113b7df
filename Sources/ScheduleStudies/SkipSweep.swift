import PipelineModel
import ScheduleSearch

/// What skipping stages saves: one search per number of stages that microbatches visit, against the full pipeline on
/// the same devices.
public struct SkipSweep: Sendable {
  /// One number of stages; the machine form has the names of its parts.
  public struct Point: Hashable, Sendable, Encodable {
    /// How many stages each microbatch visits.
    public let stagesPerMicrobatch: Int
    /// The share of the stages that it skips.
    public let skipRatio: Double
    /// What had to be added to `visitsPerDevice` for all visits to have room.
    public let addedVisitsPerDevice: Int
    /// The best value found, in the problem's time unit.
    public let value: Double
    /// No routes and orders are shorter; `nil` where the certificate is withdrawn.
    public let lowerBound: Double?
    /// 1 - value / that of the full pipeline.
    public let saved: Double
    /// The share of the microbatches that train each stage.
    public let trained: [Double]
  }

  /// The numbers of stages that have routes, the full pipeline first.
  public private(set) var points: [Point] = []
  /// The first certificate that had to be withdrawn.
  public private(set) var withdrawal: WithdrawnCertificate?

  /// Searches from the full pipeline down to the stages never skipped, until the deadline passes; numbers of stages
  /// without routes are left out.
  ///
  /// - Precondition: `Search.checkScope(of:)` has no objection to the problem, which states rules of its own.
  /// - Parameter progress: called a few times a second, on the calling thread.
  public init(
    _ problem: RoutingProblem, plan: SearchPlan, until deadline: Deadline = .never,
    progress: (SearchProgress) -> Void = { _ in }
  ) {
    let body = problem.rules.bodyCount(of: problem.stages.count)
    let kept = Set(problem.rules.alwaysVisit).union([Stage.ID(0)]).count
    for count in (kept...body).reversed() where !deadline.hasPassed {
      var rules = problem.rules
      rules.stagesPerMicrobatch = count
      let found = problem.searched(under: rules) { try plan.search($0, until: deadline, progress: progress) }
      guard let found, let routes = RouteUse(found.result.problem) else { continue }
      let proof = Proof(found.result.search)
      withdrawal = withdrawal ?? proof.withdrawal
      let value = found.result.search.value
      let full = points.first?.value ?? value
      points.append(
        Point(
          stagesPerMicrobatch: count, skipRatio: routes.skipRatio, addedVisitsPerDevice: found.added,
          value: value, lowerBound: proof.valid?.lowerBound, saved: 1 - value / full,
          trained: routes.stages.map(\.share)))
    }
  }
}

extension RoutingProblem {
  /// What a search finds under rules, or under the least higher limit of visits per device that leaves room for all.
  fileprivate func searched(
    under rules: SkipReorderRules, by search: (RoutingProblem) throws -> RoutingResult
  ) -> (result: RoutingResult, added: Int)? {
    do {
      return (try search(with(rules: rules)), 0)
    } catch let refusal as RoutingRefusal {
      let step = refusal.changes.first { $0.rule == "visitsPerDevice" }?.step ?? 0
      guard step > 0, let limits = rules.visitsPerDevice else { return nil }
      var rules = rules
      rules.visitsPerDevice = limits.map { $0 + step }
      return (try? search(with(rules: rules))).map { ($0, step) }
    } catch {
      return nil
    }
  }
}
