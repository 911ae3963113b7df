import PipelineModel
import ScheduleFamilies
import ScheduleSearch

/// Searches problems made here: below 1F1B's memory, the zero-bubble paper's profiles, folds and large batches.
enum TargetBenchmark {
  static func run() throws {
    print("Below 1F1B's memory, 2 s each; targets (periods): 108, 31, 41, 363")
    for (p, m, times, latency, share) in [
      (8, 24, [1.0, 1, 1], 0.0, 0.75), (4, 8, [1, 1, 1], 0, 0.75), (4, 8, [1, 1, 1], 0, 0.5),
      (4, 8, [10, 14, 7], 1, 0.75),
    ] {
      let problem = try equal(p, m, times, latency: latency, limit: share * Double(p))
      try search("p=\(p) m=\(m) \(times) at \(share)x", .period, problem, seconds: 2)
    }
    try profiles()
    print("Large batches, 10/14/7, latency 1; targets: gap 0.5 % in 5 s, 1 % in 30 s")
    for (p, m, seconds) in [(32, 256, 5.0), (64, 1024, 30)] {
      for share in [1, 1.25] {
        let problem = try equal(p, m, [10, 14, 7], latency: 1, limit: share * Double(p))
        try search("p=\(p) m=\(m) at \(share)x", .makespan, problem, seconds: seconds)
      }
    }
    print("V placement, 9.5/9.7/7.3, latency 0.9; target: gap 1.5 % in 10 s")
    try search("p=16 m=64 v at 1x", .makespan, folded(), seconds: 10)
  }

  private static func profiles() throws {
    print("Profiles of the zero-bubble paper, 2 s each; targets: not above the printed rate, gap 0.5 %")
    for row in ZeroBubbleProfile.all {
      for (multiple, printed) in [(1.0, row.rates.0), (2, row.rates.1)] {
        let problem = try equal(
          row.devices, row.microbatches, row.times, latency: row.latency,
          limit: multiple * Double(row.devices), forW: row.activationForW)
        let result = try search(
          "\(row.name) at \(multiple)x, printed \(printed)", .period, problem, seconds: 2)
        let work = Double(row.microbatches) * row.times.reduce(0, +)
        print("    periodBubble \(((1 - work / result.value) * 10_000).rounded() / 10_000)")
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
    _ p: Int, _ m: Int, _ times: [Double], latency: Double, limit: Double, forW: Double = 0.5
  ) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: limit), count: p),
      stages: Array(
        repeating: Stage(
          forward: times[0], backwardInput: times[1], backwardWeight: times[2], activationForW: forW),
        count: p),
      microbatches: Array(repeating: Microbatch(), count: m), communication: .uniform(latency))
  }

  @discardableResult
  private static func search(
    _ title: String, _ objective: Objective, _ problem: Problem, seconds: Double
  ) throws -> SearchResult {
    let starts = Families.all.compactMap { try? $0.words(for: problem) }
    let begin = ContinuousClock.now
    let options = SearchOptions(objective: objective, timeLimit: .seconds(seconds))
    let result = Search(problem, options: options, starts: starts).run()
    let gap = (result.certificate.gap * 10_000).rounded() / 100
    let elapsed = ((ContinuousClock.now - begin) / .milliseconds(10)).rounded() / 100
    print(
      "  \(title): \(objective) \(result.value), bound \(result.bound.value), gap \(gap) % in \(elapsed) s")
    return result
  }
}

/// Profiled times and printed bubble rates, arXiv 2401.10241, tables 4 and 9.
struct ZeroBubbleProfile {
  var name: String
  var devices: Int
  var microbatches: Int
  var times: [Double]
  var latency: Double
  /// `activationForW` where `activationForB` is 1.
  var activationForW: Double
  /// ZB-1p and ZB-2p.
  var rates: (Double, Double)

  static let all = [
    ZeroBubbleProfile(
      name: "1.5B 8x24", devices: 8, microbatches: 24,
      times: [18.522, 18.086, 9.337], latency: 0.601,
      activationForW: 0.3664, rates: (0.1585, 0.0433)),
    ZeroBubbleProfile(
      name: "1.5B 8x32", devices: 8, microbatches: 32,
      times: [18.513, 18.086, 9.331], latency: 0.626,
      activationForW: 0.3664, rates: (0.1242, 0.0039)),
    ZeroBubbleProfile(
      name: "1.5B 8x64", devices: 8, microbatches: 64,
      times: [18.546, 18.097, 9.321], latency: 0.762,
      activationForW: 0.3664, rates: (0.0674, 0.0026)),
    ZeroBubbleProfile(
      name: "6.2B 8x24", devices: 8, microbatches: 24,
      times: [29.718, 29.444, 19.927], latency: 0.527,
      activationForW: 0.4324, rates: (0.1323, 0.0029)),
    ZeroBubbleProfile(
      name: "6.2B 8x32", devices: 8, microbatches: 32,
      times: [29.802, 29.428, 19.53], latency: 0.577,
      activationForW: 0.4324, rates: (0.1045, 0.0022)),
    ZeroBubbleProfile(
      name: "6.2B 8x64", devices: 8, microbatches: 64,
      times: [29.935, 29.621, 19.388], latency: 0.535,
      activationForW: 0.4324, rates: (0.0554, 0.001)),
    ZeroBubbleProfile(
      name: "14.6B 16x48", devices: 16, microbatches: 48,
      times: [11.347, 11.248, 8.132], latency: 0.377,
      activationForW: 0.4324, rates: (0.1397, 0.0066)),
  ]
}
