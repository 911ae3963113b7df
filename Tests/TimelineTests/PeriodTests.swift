import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("The period is the maximum cycle mean")
struct PeriodTests {
  @Test("equal to the largest mean over all simple cycles of devices")
  func againstEnumeration() throws {
    var shape = RandomProblem()
    shape.anyPlacement = true
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let problem = try shape.problem(using: &random)
      let words = problem.randomWords(using: &random)
      let summary = try Timeline(Schedule(problem: problem, words: words)).summary
      #expect(abs(summary.period - Self.largestCycleMean(problem, words)) < 1e-9 * max(1, summary.period))
      #expect(summary.period <= summary.longestDeviceSpan + 1e-9)
    }
  }

  @Test("also where routes leave devices apart, and with pairs")
  func againstEnumerationWithRoutes() throws {
    var shape = RandomProblem()
    shape.anyPlacement = true
    shape.routes = true
    shape.overlap = true
    var random = SeededGenerator(seed: 6)
    for _ in 0..<200 {
      let problem = try shape.problem(using: &random)
      let words = problem.randomWords(using: &random)
      let summary = try Timeline(Schedule(problem: problem, words: words)).summary
      #expect(abs(summary.period - Self.largestCycleMean(problem, words)) < 1e-9 * max(1, summary.period))
    }
  }

  @Test("also where messages wait for each other")
  func againstEnumerationWithQueues() throws {
    var shape = RandomProblem()
    shape.anyPlacement = true
    shape.overlap = true
    shape.serialise = true
    shape.devices = 3...4
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      let problem = try shape.problem(using: &random)
      let words = problem.randomWords(using: &random)
      let summary = try Timeline(Schedule(problem: problem, words: words)).summary
      #expect(abs(summary.period - Self.largestCycleMean(problem, words)) < 1e-9 * max(1, summary.period))
    }
  }

  /// The definition, by brute force: L from one simulation per device, then every simple cycle.
  static func largestCycleMean(_ problem: Problem, _ words: Words) -> Double {
    let active = problem.devices.indices.filter { !words[Device.ID($0)].isEmpty }
    let paths = active.map { source -> [Double] in
      let releases = problem.devices.indices.map { $0 == source ? 0 : -Double.infinity }
      guard let reference = ReferenceSimulator(problem, words, releases: releases) else { return [] }
      return active.map { target in
        let end = words[Device.ID(target)].last.flatMap { reference.ends[$0] } ?? -.infinity
        return end + problem.devices[target].optimizerStep
      }
    }
    var best = 0.0
    func extend(_ cycle: [Int], _ length: Double) {
      let last = cycle[cycle.count - 1]
      best = max(best, (length + paths[last][cycle[0]]) / Double(cycle.count))
      for next in active.indices where next > cycle[0] && !cycle.contains(next) {
        extend(cycle + [next], length + paths[last][next])
      }
    }
    for start in active.indices { extend([start], 0) }
    return best
  }
}
