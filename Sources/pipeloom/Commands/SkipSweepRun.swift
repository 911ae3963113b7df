import PipelineModel
import ScheduleSearch

/// `pipeloom search --sweep-skips`: one search per number of stages that microbatches visit, against the full
/// pipeline on the same devices.
struct SkipSweepRun {
  let problem: RoutingProblem
  let flags: SearchFlags

  /// One number of stages.
  struct Line: Encodable {
    let stagesPerMicrobatch: Int
    let skipRatio: Double
    /// What had to be added to `visitsPerDevice` for all visits to have room.
    let addedVisitsPerDevice: Int
    let value: Double
    let lowerBound: Double?
    /// 1 - value / that of the full pipeline.
    let saved: Double
    /// The share of the microbatches that train each stage.
    let trained: [Double]
  }

  /// Searches from the full pipeline down to the stages never skipped, up to an interrupt; numbers of stages without
  /// routes are left out. A certificate that had to be withdrawn is told beside the lines.
  func lines(until interrupt: borrowing Interrupt) -> (lines: [Line], defect: Failure?) {
    let body = problem.rules.bodyCount(of: problem.stages.count)
    let kept = Set(problem.rules.alwaysVisit).union([Stage.ID(0)]).count
    var lines: [Line] = []
    var defect: Failure?
    for count in (kept...body).reversed() where !interrupt.hasHappened {
      var rules = problem.rules
      rules.stagesPerMicrobatch = count
      guard let found = search(rules, until: interrupt), let routes = RouteReport(found.result.problem)
      else { continue }
      let proof = Proof(found.result.search)
      defect = defect ?? proof.defect(of: found.result.problem)
      let value = found.result.search.value
      let full = lines.first?.value ?? value
      lines.append(
        Line(
          stagesPerMicrobatch: count, skipRatio: routes.skipRatio, addedVisitsPerDevice: found.added,
          value: value, lowerBound: proof.valid?.lowerBound, saved: 1 - value / full,
          trained: routes.stages.map(\.share)))
    }
    return (lines, defect)
  }

  /// Searches under rules, or under the least higher limit of visits per device that leaves room for all.
  private func search(
    _ rules: SkipReorderRules, until interrupt: borrowing Interrupt
  ) -> (result: RoutingResult, added: Int)? {
    do {
      return (try flags.search(try problem.with(rules: rules), until: interrupt), 0)
    } catch let refusal as RoutingRefusal {
      let step = refusal.changes.first { $0.rule == "visitsPerDevice" }?.step ?? 0
      guard step > 0, let limits = rules.visitsPerDevice else { return nil }
      var rules = rules
      rules.visitsPerDevice = limits.map { $0 + step }
      return (try? flags.search(problem.with(rules: rules), until: interrupt)).map { ($0, step) }
    } catch {
      return nil
    }
  }

  /// The lines for a person.
  static func text(_ lines: [Line], unit: String, objective: Objective) -> TerminalText {
    var table = TextTable([
      ("stages", .right), ("skipped", .right), (objective.rawValue, .right), ("saved", .right),
      ("lowerBound", .right), ("trained, stage by stage", .left), ("visitsPerDevice", .left),
    ])
    for line in lines {
      table.add([
        String(line.stagesPerMicrobatch), line.skipRatio.percent, line.value.short(unit), line.saved.percent,
        line.lowerBound?.short ?? "", line.trained.map(\.percent).joined(separator: ", "),
        line.addedVisitsPerDevice > 0 ? "+\(line.addedVisitsPerDevice)" : "",
      ])
    }
    return table.text
  }
}
