import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Limits of the exact search")
struct ExactLimitTests {
  @Test("a search cut short claims nothing above an optimum", arguments: [1, 3])
  func nodeLimit(limit: Int) throws {
    for row in try ProvedOptimum.all() where row.problem.visitCount <= 16 {
      let search = try ExactSearch.fromOneByOne(row.problem, row.objective)
      let result = search.run(nodeLimit: limit)
      #expect(result.nodes <= limit)
      #expect(result.lowerBound <= row.optimum && result.value > row.optimum - 1, "\(row) \(result)")
    }
  }

  @Test("a search repeats itself")
  func repeats() throws {
    let row = try #require(try ProvedOptimum.all().first { $0.id == "vD3M6ur50" })
    let search = try ExactSearch.fromOneByOne(row.problem, row.objective)
    #expect(search.run(nodeLimit: 20) == search.run(nodeLimit: 20))
  }

  @Test("the time limit is kept")
  func timeLimit() throws {
    let problem = try open()
    let search = try ExactSearch.fromOneByOne(problem, .period)
    let begin = ContinuousClock.now
    let result = search.run(timeLimit: .milliseconds(300))
    #expect(ContinuousClock.now - begin < .seconds(3))
    #expect(!result.isProved && result.nodes > 0)
    #expect(result.lowerBound == LowerBound.simple(for: problem, objective: .period).value)
    #expect(search.run(timeLimit: .zero).nodes == 0)
  }

  @Test("progress can end the search")
  func progress() throws {
    var told = 0
    let result = try ExactSearch.fromOneByOne(open(), .period).run { progress in
      told += 1
      return progress.elapsed < .milliseconds(300)
    }
    #expect(told > 0 && !result.isProved)
  }

  @Test("nothing is looked at once the bound is met")
  func met() throws {
    let problem = try Problem.uniform(devices: 1, microbatches: 4)
    let result = try ExactSearch.fromOneByOne(problem, .makespan).run()
    #expect(result.isProved && result.nodes == 0 && result.value == 12)
  }

  @Test("problems out of scope come back as they were", arguments: [false, true])
  func outOfScope(isLarge: Bool) throws {
    // Counts of 33 chains do not fit a prefix; thirds do not fit a decimal grid.
    let stage = Stage(forward: isLarge ? 1 : 1.0 / 3, backwardInput: 1, backwardWeight: 1)
    let problem = try Problem(
      devices: [Device(), Device()], stages: Array(repeating: stage, count: isLarge ? 32 : 2),
      microbatches: Array(repeating: Microbatch(), count: 7), placement: .loop)
    let result = try ExactSearch.fromOneByOne(problem, .makespan).run()
    #expect(result.nodes == 0 && !result.isProved && result.orders == problem.ordersOneByOne)
    #expect(result.lowerBound == LowerBound.simple(for: problem, objective: .makespan).value)
  }

  /// A problem whose tree is deep: unequal stages, two on each device.
  private func open() throws -> Problem {
    let forwards: [Double] = [10, 12, 14, 11, 13, 10, 12, 14]
    let inputs: [Double] = [14, 17, 20, 16, 19, 15, 18, 14]
    let stages = zip(forwards, inputs).map { forward, input in
      Stage(
        forward: forward, backwardInput: input, backwardWeight: 7, activationForB: 2, activationForW: 1)
    }
    return try Problem(
      devices: Array(repeating: Device(memoryLimit: 8), count: 4), stages: stages,
      microbatches: Array(repeating: Microbatch(), count: 8), placement: .loop,
      communication: .uniform(1))
  }
}
