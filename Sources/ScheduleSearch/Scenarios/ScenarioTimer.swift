import OperationGraph
import PipelineModel
import Timeline

/// Times orders of blocks under scenarios, as long as they are good enough without.
struct ScenarioTimer: BlockTimer, ~Copyable {
  private var nominal: SweepingTimer
  private let retimer: Retimer
  private let judge: ScenarioJudge
  private var trial: ScenarioTrial
  /// The most that orders may take without scenarios, in grid steps.
  private let ceiling: Double

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

  /// The figure of the orders that were written under few scenarios, in grid steps; `nil` where it is above a limit, or the
  /// orders cannot run or take too long without scenarios.
  mutating func value(atMost limit: Double) -> Double? {
    guard nominal.value(atMost: ceiling) != nil else { return nil }
    retimer.load(UnsafeBufferPointer(nominal.codes))
    let steps = judge.table.lowered.grid.stepsPerUnit
    return trial.value(of: retimer, atMost: limit / steps).map { $0 * steps }
  }

  /// The figure of the present orders under all scenarios, in the problem's time unit.
  func valueUnderAll() -> Double? { judge.valueUnderAll(of: retimer) }
}
