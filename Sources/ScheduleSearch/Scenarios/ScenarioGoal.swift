import PipelineModel
import ScheduleScenarios

/// What a search asks of orders under scenarios.
public struct ScenarioGoal: Hashable, Sendable {
  /// What decides between orders.
  public enum Figure: Hashable, Sendable {
    /// Among orders whose value without scenarios is within `tolerance` of the best one found, the mean over scenarios.
    case meanAmongBest
    /// The value that a share of all scenarios, between 0 and 1, stays at or below, whatever the value without them is.
    case quantile(Double)
  }

  /// Other durations and latencies.
  public var scenarios: Scenarios
  /// What decides.
  public var figure: Figure

  /// By how much orders may be worse than the best ones without scenarios and still be among the best, relatively.
  public static let tolerance = 0.005

  /// Describes a goal.
  public init(_ scenarios: Scenarios, figure: Figure = .meanAmongBest) {
    self.scenarios = scenarios
    self.figure = figure
  }
}

extension ScenarioGoal.Figure {
  /// The figure of values, one for each scenario.
  func value(of values: [Double]) -> Double {
    switch self {
    case .meanAmongBest: values.reduce(0, +) / Double(values.count)
    case .quantile(let share): Spread(of: values).quantile(share)
    }
  }
}

/// What a search under scenarios found.
public struct ScenarioResult: Hashable, Sendable {
  /// What decided.
  public var figure: ScenarioGoal.Figure
  /// How many scenarios decided.
  public var count: Int
  /// What the figure is for the orders found, over these scenarios, in the problem's time unit.
  public var value: Double
  /// No schedule has a smaller mean over all scenarios of the goal, in the problem's time unit; `nil` where the problem of
  /// mean durations cannot be told.
  public var meanBound: Double?
}
