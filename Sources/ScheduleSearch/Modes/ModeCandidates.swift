import PipelineModel
import Timeline

/// The choices of one mode per stage that are worth a search, the most promising first: by the best of some greedy runs.
struct ModeCandidates {
  /// A problem in one choice of modes and no other, with what greedy runs take in it, in the problem's time unit.
  struct Candidate {
    var modes: [Int]
    var problem: Problem
    var value: Double
  }

  private let problem: Problem
  private let options: SearchOptions
  private let deadline: Deadline
  private var known: [[Int]: Double] = [:]
  private(set) var candidates: [Candidate] = []
  /// Whether all choices were looked at.
  private(set) var areAll = false

  /// Looks at choices until the deadline: at all of them where they are few.
  init(_ problem: Problem, options: SearchOptions, until deadline: Deadline) {
    self.problem = problem
    self.options = options
    self.deadline = deadline
    _ = value(of: problem.modes.distinct[0])
    let uniform = problem.choicesOfOneName.map { $0.distinct[0] }
    for modes in uniform { _ = value(of: modes) }
    if problem.instance.modesPer == .problem {
      areAll = true
    } else {
      climb()
      let most = options.iterations.map { $0 / Effort.movesPerMode.look } ?? .max
      if Self.count(of: problem) <= min(Effort.mostModeVectors, most) {
        for modes in Self.all(of: problem) where !deadline.hasPassed { _ = value(of: modes) }
        areAll = !deadline.hasPassed
      }
    }
    // What greedy runs say of one name for all stages need not be what a search makes of it.
    let always = Set(uniform)
    candidates.sort {
      (always.contains($0.modes) ? 0 : 1, $0.value) < (always.contains($1.modes) ? 0 : 1, $1.value)
    }
  }

  private static func count(of problem: Problem) -> Int {
    problem.stages.reduce(1) { count, stage in
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: stage.choices.count)
      return isTooLarge ? .max : product
    }
  }

  private static func all(of problem: Problem) -> [[Int]] {
    problem.stages.reduce([[]]) { lists, stage in
      lists.flatMap { list in stage.choices.map { list + [$0] } }
    }
  }

  /// Changes one stage after the other from several beginnings on, as long as that pays.
  private mutating func climb() {
    var starts = [problem.modes.distinct[0]]
    starts += problem.choicesOfOneName.map { $0.distinct[0] }
    starts.sort { value(of: $0) < value(of: $1) }
    for start in starts.prefix(Effort.modeClimbs) {
      var best = start
      var goesOn = true
      while goesOn, !deadline.hasPassed {
        goesOn = false
        for stage in problem.stages.indices where !deadline.hasPassed {
          for mode in problem.stages[stage].choices where mode != best[stage] {
            var other = best
            other[stage] = mode
            guard value(of: other) < value(of: best) else { continue }
            best = other
            goesOn = true
          }
        }
      }
    }
  }

  /// What the best of some greedy runs takes; infinite where the modes do not fit.
  private mutating func value(of modes: [Int]) -> Double {
    if let value = known[modes] { return value }
    var found = Double.infinity
    if let alone = problem.inModes(modes) {
      found = greedyValue(of: alone)
      candidates.append(Candidate(modes: modes, problem: alone, value: found))
    }
    known[modes] = found
    return found
  }

  private func greedyValue(of alone: Problem) -> Double {
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
