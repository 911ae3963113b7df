import PipelineModel
import ScheduleScenarios
import ScheduleSearch

/// What a schedule takes under scenarios, for people and for machines; docs/scenarios.md defines the figures.
struct ScenarioReport: Encodable {
  /// How many scenarios there are.
  let count: Int
  let makespan: SpreadFigures
  /// Where it was asked for.
  let period: SpreadFigures?
  /// Among several schedules.
  let regret: Double?
  /// By device.
  let criticalShare: [Double]
  /// What a search went by, where there was one.
  let search: SearchReport?

  /// What a search under scenarios went by.
  struct SearchReport: Encodable {
    /// The figure that decided: `mean`, or a quantile as a share.
    let figure: String
    /// The share of a quantile.
    let quantile: Double?
    /// How many scenarios decided.
    let scenarios: Int
    /// How far from the best found without scenarios the schedule may be, relatively, where it may not be farther.
    let tolerance: Double?
    /// What the certificate of the summary is of: the value without scenarios.
    let certificate = "nominal"
    /// No schedule has a smaller mean.
    let meanLowerBound: Double?

    private enum CodingKeys: String, CodingKey {
      case figure, quantile, scenarios, tolerance, certificate, meanLowerBound
    }

    init(_ result: ScenarioResult) {
      scenarios = result.count
      meanLowerBound = result.meanBound
      switch result.figure {
      case .meanAmongBest: (figure, quantile, tolerance) = ("mean", nil, ScenarioGoal.tolerance)
      case .quantile(let share): (figure, quantile, tolerance) = ("quantile", share, nil)
      }
    }
  }

  /// The figures of a quantity over all scenarios.
  struct SpreadFigures: Encodable {
    let mean: Double
    let median: Double
    let p90: Double
    let p95: Double
    let p99: Double
    let worst: Double

    init(_ spread: Spread) {
      mean = spread.mean
      median = spread.median
      p90 = spread.quantile(0.9)
      p95 = spread.quantile(0.95)
      p99 = spread.quantile(0.99)
      worst = spread.most
    }
  }

  /// Sums up what a schedule takes.
  ///
  /// - Parameters:
  ///   - isOneOfSeveral: whether there are others to regret it for.
  ///   - search: what a search went by.
  init(_ outcome: ScenarioRun.Outcome, isOneOfSeveral: Bool = false, search: SearchReport? = nil) {
    self.search = search
    count = outcome.makespans.count
    makespan = SpreadFigures(outcome.makespan)
    period = outcome.period.map(SpreadFigures.init)
    regret = isOneOfSeveral ? outcome.regret : nil
    criticalShare = outcome.criticalShare
  }
}

extension ScenarioReport {
  /// The figures for a person.
  func text(unit: String) -> TerminalText {
    var table = TextTable([
      ("", .left), ("mean", .right), ("median", .right), ("p90", .right), ("p95", .right), ("p99", .right),
      ("worst", .right),
    ])
    for (name, figures) in [("makespan", makespan as SpreadFigures?), ("period", period)] {
      guard let figures else { continue }
      table.add(
        [name]
          + [figures.mean, figures.median, figures.p90, figures.p95, figures.p99, figures.worst]
          .map(\.short))
    }
    let unit = unit.isEmpty ? "" : ", in \(unit)"
    return "  Under \(count.counted("scenario"))\(unit):\n\(table.text)"
  }
}

extension ScenarioResult {
  /// What a person is told of a search under scenarios.
  func notes(_ objective: Objective, in problem: Problem) -> [String] {
    let figure = objective.rawValue
    let choice =
      switch self.figure {
      case .meanAmongBest:
        "Of the schedules within \(ScenarioGoal.tolerance.percent) of the least \(figure) found, this one had the least "
          + "mean over \(count.counted("scenario"))."
      case .quantile(let share):
        "Searched for the least \(figure) that \(share.percent) of \(count.counted("scenario")) stay within."
      }
    let bound = meanBound.map {
      "The mean \(figure) over the scenarios is at least \($0.short(problem.units.time)) for every schedule."
    }
    return [choice, "Bound and gap are those of the \(figure) without scenarios."] + [bound].compactMap { $0 }
  }
}
