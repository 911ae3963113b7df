import PipelineModel
import ScheduleSearch
import TestSupport

/// A random problem with every feature, small enough to try all its orders, and its best values.
struct TinyProblem {
  let problem: Problem
  private let optimum: (makespan: Double, period: Double)

  func optimum(_ objective: Objective) -> Double {
    objective == .makespan ? optimum.makespan : optimum.period
  }

  /// Problems of a shape that have more than one choice of orders, and at most `limit` of them.
  static func draws(
    _ count: Int, of shape: RandomProblem = RandomProblem(devices: 1...3, microbatches: 1...3),
    backward: SearchOptions.Backward = .auto, limit: Int, seed: Int
  ) throws -> [TinyProblem] {
    var random = SeededGenerator(seed: seed)
    var found: [TinyProblem] = []
    while found.count < count {
      let problem = try shape.problem(using: &random)
      guard let all = BruteForce(problem, passes: backward.passes, limit: limit) else { continue }
      found.append(TinyProblem(problem: problem, optimum: all.optimum()))
    }
    return found
  }

  /// The features that some of the problems have.
  static func features(of problems: [TinyProblem]) -> Set<ProblemFeature> {
    Set(ProblemFeature.allCases.filter { feature in problems.contains { feature.isPresent(in: $0.problem) } })
  }
}

extension SearchOptions.Backward {
  /// What brute force has to try for a search of these orders.
  fileprivate var passes: BruteForce.Passes {
    switch self {
    case .split: .split
    case .fused: .fused
    case .auto: .either
    }
  }
}
