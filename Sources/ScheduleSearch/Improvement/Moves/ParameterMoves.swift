import PipelineModel

/// Moves of the parameters of greedy runs: each plays the pipeline once, until it cannot be short enough any more.
struct ParameterMoves: Neighbourhood, ~Copyable {
  private let objective: Objective
  private let largestWork: Double
  /// What the slowest device has to do for a microbatch, in which heat is measured.
  private let unit: Double
  private let scheduler: GreedyScheduler
  private var timer: IncrementalTimer
  private let change: ParameterChange

  private(set) var plan: GreedyParameters
  private(set) var score = Score.none

  /// Makes room for a model's runs; parameters are given afterwards.
  init(_ model: SearchModel, objective: Objective, isPaced: Bool = false) {
    self.objective = objective
    largestWork = model.work.max() ?? 0
    unit = largestWork / Double(model.problem.microbatchCount)
    scheduler = GreedyScheduler(model)
    timer = IncrementalTimer(model)
    change = ParameterChange(model, isPaced: isPaced)
    // Where a start leads to a deadlock, changes begin here.
    plan = change.clipped(GreedyParameters(.cautious, for: model))
  }

  mutating func start(from candidate: Candidate<GreedyParameters>) -> Bool {
    let parameters = change.clipped(candidate.plan)
    guard let value = value(of: parameters, within: .infinity) else { return false }
    (plan, score) = (parameters, Score(value: value))
    return true
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    let threshold = score.value * (1 + 1e-12) + unit * heat * random.exponential()
    var changed = plan
    change.apply(to: &changed, &random)
    guard changed != plan, let value = value(of: changed, within: threshold), value <= threshold else {
      return false
    }
    (plan, score) = (changed, Score(value: value))
    return true
  }

  /// What the orders of a run take; `nil` where it leads to a deadlock or is broken off.
  private mutating func value(of parameters: GreedyParameters, within threshold: Double) -> Double? {
    guard
      scheduler.run(parameters, within: threshold, countsFromOwnStart: objective.countsFromOwnStart)
    else { return nil }
    return timer.measure(
      scheduler.order, sorted: scheduler.started,
      asPeriodAbove: objective.countsFromOwnStart ? largestWork : nil)
  }
}
