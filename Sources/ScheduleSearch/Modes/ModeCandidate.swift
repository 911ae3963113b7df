import PipelineModel
import Timeline

/// A choice of modes, with what greedy runs make of it.
struct ModeCandidate {
  let modes: ModeChoice
  /// The problem in these modes: and no others, where each stage has one.
  let problem: Problem
  /// What the best of some greedy runs takes, in the problem's time unit.
  let value: Double
  /// What no orders in these modes take less than.
  let bound: Double

  /// What a search may make of it: greedy runs alone speak too well of choices that leave nothing to be gained.
  var expected: Double { (value + bound) / 2 }

  /// Judges a choice of modes; `nil` where they do not fit.
  init?(_ modes: ModeChoice, of problem: Problem, options: SearchOptions) {
    guard let alone = problem.inModes(of: modes) else { return nil }
    self.modes = modes
    self.problem = alone
    value = Self.greedyValue(of: alone, options)
    bound =
      LowerBound.simple(inModesOf: alone, objective: options.objective, scope: options.scope).value
  }

  /// What the best of some greedy runs takes, in the problem's time unit.
  static func greedyValue(of alone: Problem, _ options: SearchOptions) -> Double {
    let model = SearchModel(alone, fused: options.backward == .fused)
    let scheduler = GreedyScheduler(model)
    var timer = IncrementalTimer(model)
    let rules = GreedyRule.family(for: model)
    let most = options.iterations.map { $0 / Effort.movesPerMode.rule } ?? .max
    let count = min(
      rules.count, max(Effort.leastModeRules, min(most, Effort.modeRuns / model.nodes.count)))
    let best = rules.prefix(count).reduce(Double.infinity) { best, rule in
      guard scheduler.run(GreedyParameters(rule, for: model), within: best) else { return best }
      let value = timer.measure(
        scheduler.order, sorted: scheduler.started,
        asPeriodAbove: options.objective.countsFromOwnStart ? model.work.max() ?? 0 : nil)
      return min(best, value)
    }
    return model.grid.units(best)
  }
}

extension Sequence<ModeCandidate> {
  /// The most promising first, without those that cannot be better than what others already are; those of `always` come
  /// before all others.
  func ranked(always: Set<ModeChoice> = []) -> [ModeCandidate] {
    let best = lazy.map(\.value).min() ?? .infinity
    return filter { $0.value == best || $0.bound < best }.sorted {
      (always.contains($0.modes) ? 0 : 1, $0.expected) < (always.contains($1.modes) ? 0 : 1, $1.expected)
    }
  }
}
