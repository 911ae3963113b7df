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
    return retimer.makespan().map { objective == .makespan ? $0 : retimer.period() }
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

/// The figure of orders under few scenarios, given up as soon as it is hopeless.
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

  /// The figure of orders, in the problem's time unit, which are then the present ones; `nil` where it is above a limit.
  ///
  /// A mean is given up where the scenarios that are left would have to become shorter than at present.
  mutating func value(of retimer: Retimer, atMost limit: Double) -> Double? {
    var excess = judge.figure.excess(of: present, below: limit)
    for number in order {
      guard let value = judge.value(of: retimer, under: number) else { return nil }
      tried[number] = value
      excess.add(value, insteadOf: present[number])
      if excess.isAbove { return nil }
    }
    let value = judge.figure.value(of: tried)
    guard value <= limit else { return nil }
    present = tried
    order.sort { (present[$1], $0) < (present[$0], $1) }
    return value
  }
}

/// How much of what a limit allows has been used up.
private struct Excess {
  /// What may still be added to the sum, or how many values may still be above the limit.
  private var left: Double
  /// Above this, a value counts; `nil` where all do.
  private let limit: Double?

  init(sum: Double) { (left, limit) = (sum, nil) }

  init(count: Int, above limit: Double) { (left, self.limit) = (Double(count), limit) }

  var isAbove: Bool { left < 0 }

  mutating func add(_ value: Double, insteadOf present: Double) {
    if let limit { left -= value > limit ? 1 : 0 } else if present.isFinite { left -= value - present }
  }
}

extension ScenarioGoal.Figure {
  /// What values may exceed present ones by until their figure is above a limit.
  fileprivate func excess(of present: [Double], below limit: Double) -> Excess {
    switch self {
    case .meanAmongBest:
      let sum = present.reduce(0, +)
      return Excess(sum: sum.isFinite ? limit * Double(present.count) - sum : .infinity)
    case .quantile(let share):
      // The value at this rank is below the quantile.
      let rank = Int(share * Double(present.count - 1))
      return Excess(count: present.count - 1 - rank, above: limit)
    }
  }
}
