import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import TestSupport

/// Searches problems made here: below 1F1B's memory, the zero-bubble paper's profiles, folds and large batches.
enum TargetBenchmark {
  static func run() throws {
    print("Below 1F1B's memory, 2 s each; targets (periods): 108, 31, 41, 363")
    for (p, m, times, latency, share) in [
      (8, 24, [1.0, 1, 1], 0.0, 0.75), (4, 8, [1, 1, 1], 0, 0.75), (4, 8, [1, 1, 1], 0, 0.5),
      (4, 8, [10, 14, 7], 1, 0.75),
    ] {
      let problem = try equal(p, m, times, latency, share)
      try search("p=\(p) m=\(m) \(times) at \(share)x", .period, problem, seconds: 2)
    }
    try profiles()
    print("Large batches, 10/14/7, latency 1; targets: gap 0.5 % in 5 s, 1 % in 30 s")
    for (p, m, seconds) in [(32, 256, 5.0), (64, 1024, 30)] {
      for share in [1, 1.25] {
        let problem = try equal(p, m, [10, 14, 7], 1, share)
        try search("p=\(p) m=\(m) at \(share)x", .makespan, problem, seconds: seconds)
      }
    }
    print("V placement, 9.5/9.7/7.3, latency 0.9; target: gap 1.5 % in 10 s")
    try search("p=16 m=64 v at 1x", .makespan, folded(), seconds: 10)
  }

  private static func profiles() throws {
    print("Profiles of the zero-bubble paper, 2 s each; targets: not above the printed rate, gap 0.5 %")
    for row in ZeroBubbleProfile.all {
      for (multiple, heuristic) in [(1.0, "zb-1p"), (2, "zb-2p")] {
        let problem = try row.problem(memoryLimit: multiple * Double(row.devices))
        let result = try search("\(row.name) at \(multiple)x", .period, problem, seconds: 2)
        let work = Double(row.microbatches) * row.times.reduce(0, +)
        let bubble = ((1 - work / result.value) * 10_000).rounded() / 10_000
        print("    periodBubble \(bubble), printed \(row.rates[heuristic] ?? .nan)")
      }
    }
  }

  private static func folded() throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: 32), count: 16),
      stages: Array(
        repeating: Stage(forward: 9.5, backwardInput: 9.7, backwardWeight: 7.3, activationForW: 0.5),
        count: 32),
      microbatches: Array(repeating: Microbatch(), count: 64), placement: .v, communication: .uniform(0.9))
  }

  private static func equal(
    _ p: Int, _ m: Int, _ times: [Double], _ latency: Double, _ share: Double
  ) throws -> Problem {
    try .uniform(
      devices: p, microbatches: m, forward: times[0], backwardInput: times[1], backwardWeight: times[2],
      communication: latency, memoryLimit: share * Double(p))
  }

  @discardableResult
  private static func search(
    _ title: String, _ objective: Objective, _ problem: Problem, seconds: Double
  ) throws -> SearchResult {
    let starts = Families.all.compactMap { try? $0.orders(for: problem) }
    let begin = ContinuousClock.now
    let options = SearchOptions(objective: objective, timeLimit: .seconds(seconds))
    let result = Search(problem, options: options, starts: starts).run()
    let gap = (try result.certificate().gap * 10_000).rounded() / 100
    let elapsed = ((ContinuousClock.now - begin) / .milliseconds(10)).rounded() / 100
    print(
      "  \(title): \(objective) \(result.value), bound \(result.bound.value), gap \(gap) % in \(elapsed) s")
    return result
  }
}
