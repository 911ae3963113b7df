import PipelineModel
import ScheduleFamilies
import ScheduleSearch

/// Searches problems made here: below 1F1B's memory, the zero-bubble paper's profiles, and large batches.
enum TargetBenchmark {
  static func run(_ name: String) throws {
    switch name {
    case "memory": try belowBaseline()
    case "profiles": try profiles()
    case "large": try large()
    case "v": try folded()
    default: print("expected memory, profiles v or large")
    }
  }

  private static func belowBaseline() throws {
    for (p, m, times, latency, share) in [
      (8, 24, [1.0, 1, 1], 0.0, 0.75), (4, 8, [1, 1, 1], 0, 0.75), (4, 8, [1, 1, 1], 0, 0.5),
      (4, 8, [10, 14, 7], 1, 0.75), (8, 24, [10, 14, 7], 1, 0.75),
    ] {
      for objective in Objective.allCases {
        try report(
          "p=\(p) m=\(m) \(times) at \(share)x", objective,
          equal(p, m, times, latency: latency, limit: share * Double(p)), seconds: 2)
      }
    }
  }

  private static func profiles() throws {
    for row in ZeroBubbleProfile.all {
      for multiple in [1.0, 2] {
        let problem = try equal(
          row.devices, row.microbatches, row.times, latency: row.latency,
          limit: multiple * Double(row.devices), forW: row.activationForW)
        let result = try report(
          "\(row.name) at \(multiple)x, printed \(multiple == 1 ? row.rates.0 : row.rates.1)", .period,
          problem, seconds: 2)
        let work = Double(row.microbatches) * row.times.reduce(0, +)
        print("    period bubble \((1 - work / result.value) * 100) %")
      }
    }
  }

  private static func folded() throws {
    let folded = try Problem(
      devices: Array(repeating: Device(memoryLimit: 32), count: 16),
      stages: Array(
        repeating: Stage(forward: 9.5, backwardInput: 9.7, backwardWeight: 7.3, activationForW: 0.5),
        count: 32),
      microbatches: Array(repeating: Microbatch(), count: 64), placement: .v, communication: .uniform(0.9))
    for objective in Objective.allCases { try report("v 16x64", objective, folded, seconds: 10) }
  }

  private static func large() throws {
    for (p, m, seconds) in [(32, 256, 5.0), (64, 1024, 30)] {
      for share in [1, 1.25, 0.75] {
        for objective in Objective.allCases {
          try report(
            "p=\(p) m=\(m) at \(share)x", objective,
            equal(p, m, [10, 14, 7], latency: 1, limit: share * Double(p)), seconds: seconds)
        }
      }
    }
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
  private static func report(
    _ title: String, _ objective: Objective, _ problem: Problem, seconds: Double
  ) throws -> SearchResult {
    let starts = Families.all.compactMap { try? $0.words(for: problem) }
    let begin = ContinuousClock.now
    var first = 0.0
    var last = (value: Double.infinity, elapsed: Duration.zero)
    let result = Search(
      problem, options: SearchOptions(objective: objective, timeLimit: .seconds(seconds)), starts: starts
    ).run { progress in
      if first == 0 { first = progress.value }
      if progress.value < last.value { last = (progress.value, progress.elapsed) }
      return true
    }
    print(
      "\(title), \(objective): \(result.value) (first \(first), last gain at \(last.elapsed)), bound",
      "\(result.certificate.lowerBound), \(result.iterations) moves, \(ContinuousClock.now - begin)")
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
