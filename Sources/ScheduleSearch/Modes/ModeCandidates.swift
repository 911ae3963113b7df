import PipelineModel

/// The choices of one mode per stage that are worth a search, the most promising first: by the best of some greedy runs.
struct ModeCandidates {
  private let problem: Problem
  private let options: SearchOptions
  private let deadline: Deadline
  private var known: [[Int]: ModeCandidate?] = [:]
  /// Whether all choices were looked at.
  private(set) var areAll = false

  /// Looks at choices until the deadline: at all of them where they are few.
  init(_ problem: Problem, options: SearchOptions, until deadline: Deadline) {
    self.problem = problem
    self.options = options
    self.deadline = deadline
    _ = value(of: problem.modes.distinct[0])
    for modes in uniform { _ = value(of: modes) }
    if problem.instance.modesPer == .problem {
      areAll = true
    } else {
      for modes in fitting { _ = value(of: modes) }
      for modes in cut where !deadline.hasPassed { _ = value(of: modes) }
      climb()
      let most = options.iterations.map { $0 / Effort.movesPerMode.look } ?? .max
      if Self.count(of: problem) <= min(Effort.mostModeVectors, most) {
        for modes in Self.all(of: problem) where !deadline.hasPassed { _ = value(of: modes) }
        areAll = !deadline.hasPassed
      }
    }
  }

  /// All choices that were looked at, in an order that no dictionary changes.
  var all: [ModeCandidate] {
    known.values.lazy.compactMap { $0 }.sorted {
      $0.modes.distinct[0].lexicographicallyPrecedes($1.modes.distinct[0])
    }
  }

  /// One name for all stages.
  private var uniform: [[Int]] { problem.choicesOfOneName.map { $0.distinct[0] } }

  /// On every stage the fastest mode that leaves room for what 1F1B has in flight, or for more or less of it.
  private var fitting: [[Int]] {
    guard problem.usesDefaultRoute else { return [] }
    let numbers = problem.hosts.reduce(into: [Int: Double]()) { $0[$1[0].index, default: 0] += 1 }
    let count = problem.stageCount
    return Effort.inFlight.map { factor in
      problem.stages.enumerated().map { index, stage in
        let device = problem.hosts[index][0].index
        return stage.fastestMode(
          inFlight: max(1, factor * Double(min(problem.microbatchCount, count - index))),
          within: problem.devices[device].capacity / (numbers[device] ?? 1))
      }
    }
  }

  /// One name up to a stage and another from there on: what runs first waits longest. The middle comes first, where the
  /// way of a batch comes back in a V.
  private var cut: [[Int]] {
    let (uniform, count) = (uniform, problem.stages.count)
    let cuts = (0..<count).dropFirst().sorted { (abs(2 * $0 - count), $0) < (abs(2 * $1 - count), $1) }
    return cuts.flatMap { cut in
      uniform.flatMap { first in
        uniform.filter { $0 != first }.map { Array(first[..<cut] + $0[cut...]) }
      }
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
    for start in all.ranked().sorted(by: { $0.expected < $1.expected }).prefix(Effort.modeClimbs) {
      var best = start.modes.distinct[0]
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
    if let known = known[modes] { return known?.value ?? .infinity }
    let choice = ModeChoice(modes, microbatchCount: problem.microbatchCount)
    let found = ModeCandidate(choice, of: problem, options: options)
    known[modes] = .some(found)
    return found?.value ?? .infinity
  }
}
