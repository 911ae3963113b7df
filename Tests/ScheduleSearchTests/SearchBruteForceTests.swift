import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Search against brute force")
struct SearchBruteForceTests {
  @Test(
    "finds the optimum over all words of two devices and two microbatches", arguments: Objective.allCases,
    [false, true])
  func twoByTwo(objective: Objective, scales: Bool) throws {
    var random = SeededGenerator(seed: 21)
    var shape = RandomProblem()
    shape.devices = 2...2
    shape.microbatches = 2...2
    shape.scales = scales
    shape.speeds = scales
    for trial in 0..<8 {
      let problem = try shape.problem(using: &random).limited(to: Double(trial % 3) / 2)
      let best = try optimum(of: problem, objective)
      let found = Search(problem, options: quickly(objective, iterations: 3_000)).run()
      #expect(abs(found.value - best) <= 1e-9 * best)
    }
  }

  /// The least value over every order of every device's operations.
  private func optimum(of problem: Problem, _ objective: Objective) throws -> Double {
    let choices = problem.devices.indices.map { words(on: Stage.ID($0), problem.microbatchCount) }
    var best = Double.infinity
    for first in choices[0] {
      for second in choices[1] {
        let schedule = Schedule(problem: problem, words: Words([first, second]))
        guard let timeline = try? Timeline(schedule) else { continue }
        let fits = zip(timeline.peakMemory, problem.devices).allSatisfy {
          $0 <= ($1.memoryLimit ?? .infinity) * (1 + 1e-9)
        }
        if fits {
          best = min(best, objective == .makespan ? timeline.makespan : timeline.summary.period)
        }
      }
    }
    return best
  }

  /// Every order of `F`, `B`, `W` of some microbatches in which each microbatch keeps its own order.
  private func words(on stage: Stage.ID, _ microbatchCount: Int) -> [[Operation]] {
    let kinds: [Operation.Kind] = [.forward, .backwardInput, .backwardWeight]
    func extend(_ word: [Operation], _ next: [Int]) -> [[Operation]] {
      if next.allSatisfy({ $0 == 3 }) { return [word] }
      return next.indices.filter { next[$0] < 3 }.flatMap { microbatch in
        var later = next
        later[microbatch] += 1
        let kind = kinds[next[microbatch]]
        return extend(
          word + [Operation(kind, stage: stage, microbatch: Microbatch.ID(microbatch))], later)
      }
    }
    return extend([], Array(repeating: 0, count: microbatchCount))
  }
}
