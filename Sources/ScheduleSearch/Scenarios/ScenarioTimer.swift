import OperationGraph
import PipelineModel
import Timeline

/// Times orders of blocks under scenarios. Orders that take too long without may be passed through, as the best ones under
/// scenarios are often found from there, but count as much worse as they take too long.
struct ScenarioTimer: BlockTimer, ~Copyable {
  private var nominal: SweepingTimer
  private let retimer: Retimer
  private let judge: ScenarioJudge
  private var trial: ScenarioTrial
  /// The most that orders may take without scenarios, in grid steps.
  private let ceiling: Double
  /// By how much the present orders take longer than that, in grid steps.
  private var excess = 0.0

  /// Makes room for a model's orders; they are written afterwards.
  init(_ model: BlockModel, judge: ScenarioJudge, ceiling: Double) {
    nominal = SweepingTimer(model, objective: judge.objective)
    retimer = Retimer(model.emptyOrders, table: judge.table)
    self.judge = judge
    trial = ScenarioTrial(judge)
    self.ceiling = ceiling
  }

  var busy: [Int] { nominal.busy }

  mutating func write(_ order: [BlockModel.Block], on device: Int, from first: Int) {
    nominal.write(order, on: device, from: first)
  }

  /// The mean of the orders that were written under few scenarios, and by how much they take too long without any, in grid
  /// steps; `nil` where that is above a limit, or the orders cannot run.
  mutating func value(atMost limit: Double) -> Double? {
    guard let value = nominal.value() else { return nil }
    let excess = max(0, value - ceiling)
    retimer.load(UnsafeBufferPointer(nominal.codes))
    let steps = judge.table.lowered.grid.stepsPerUnit
    guard let mean = trial.mean(of: retimer, atMost: (limit - excess) / steps) else { return nil }
    self.excess = excess
    return mean * steps + excess
  }

  /// The figure of the present orders under all scenarios, in the problem's time unit; `nil` where they take too long
  /// without any.
  func valueUnderAll() -> Double? { excess > 0 ? nil : judge.valueUnderAll(of: retimer) }
}
