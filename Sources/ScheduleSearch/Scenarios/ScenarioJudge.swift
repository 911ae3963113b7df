import PipelineModel
import ScheduleScenarios
import Timeline

/// Scenarios that decide between orders: few for every move, all where a move has made orders better than any before.
struct ScenarioJudge: Sendable {
  let table: PassTable
  let figure: ScenarioGoal.Figure
  let objective: Objective
  /// Those that moves are tried under come first.
  let scenarios: [Scenario]
  /// How many moves are tried under.
  let fewCount: Int

  /// Draws scenarios. O(scenarios x passes x rules).
  init(_ draws: ScenarioDraws, figure: ScenarioGoal.Figure, objective: Objective, count: Int) {
    table = draws.table
    self.figure = figure
    self.objective = objective
    scenarios = (0..<count).map { number in
      var scenario = draws.makeScenario()
      draws.draw(number, into: &scenario)
      return scenario
    }
    fewCount = min(count, Effort.scenariosOfMove)
  }

  /// What the orders that a retimer holds take under a scenario, in the problem's time unit; `nil` where they cannot run.
  func value(of retimer: Retimer, under number: Int) -> Double? {
    retimer.take(scenarios[number])
    return retimer.value(of: objective)
  }

  /// The figure of the orders that a retimer holds under all scenarios, in the problem's time unit.
  func valueUnderAll(of retimer: Retimer) -> Double? {
    var values: [Double] = []
    for number in scenarios.indices {
      guard let value = value(of: retimer, under: number) else { return nil }
      values.append(value)
    }
    return figure.value(of: values)
  }
}

/// The mean of orders under few scenarios, given up as soon as it is hopeless: what moves go by, whatever figure is judged.
///
/// A quantile says nothing of most scenarios and seldom changes with a move; orders with a smaller mean have a smaller
/// quantile more often than not.
struct ScenarioTrial {
  private let judge: ScenarioJudge
  /// What the present orders take, scenario by scenario.
  private var present: [Double]
  /// The scenarios, those first under which the present orders take longest.
  private var order: [Int]
  private var tried: [Double]

  init(_ judge: ScenarioJudge) {
    self.judge = judge
    present = Array(repeating: .infinity, count: judge.fewCount)
    tried = present
    order = Array(present.indices)
  }

  /// The mean of orders, in the problem's time unit, which are then the present ones; `nil` where it is above a limit, or
  /// would be unless scenarios that are left became shorter than at present.
  mutating func mean(of retimer: Retimer, atMost limit: Double) -> Double? {
    let count = Double(present.count)
    var left = limit < .infinity ? limit * count - present.reduce(0, +) : .infinity
    guard left >= 0 else { return nil }
    for number in order {
      guard let value = judge.value(of: retimer, under: number) else { return nil }
      tried[number] = value
      if left < .infinity { left -= value - present[number] }
      if left < 0 { return nil }
    }
    present = tried
    order.sort { (present[$1], $0) < (present[$0], $1) }
    return tried.reduce(0, +) / count
  }
}
