import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Work beside other work")
struct BesideTests {
  @Test("is there once it is done")
  func completes() {
    let work = Beside(until: .never) { _ in 7 }
    #expect(work.complete() == 7)
    #expect(work.found == 7)
  }

  @Test("ends when its caller says so")
  func ends() {
    let work = Beside(until: .never) { deadline in
      while !deadline.hasPassed {}
      return 1
    }
    #expect(work.found == nil)
    #expect(work.end() == 1)
  }

  @Test("ends with the deadline it is given")
  func deadline() {
    let work = Beside(until: Deadline(at: .now + .milliseconds(5))) { deadline in
      while !deadline.hasPassed {}
      return 1
    }
    #expect(work.complete() == 1)
  }

  /// Where a clock ends a search and there are cores for it, the bound comes beside the moves: what holds of any search
  /// holds of these, whenever their caller ends them.
  @Test("bounds a search that a clock ends", arguments: Objective.allCases, [1, 2, 4])
  func bounds(objective: Objective, threads: Int) throws {
    let problem = try Problem.uniform(
      devices: 6, microbatches: 40, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1,
      memoryLimit: 4)
    let simple = LowerBound.simple(for: problem, objective: objective)
    let best = LowerBound.best(for: problem, objective: objective)
    #expect(best.value > simple.value)
    let options = SearchOptions(objective: objective, timeLimit: .milliseconds(400), threads: threads)
    for limit in [1, 5, Int.max] {
      var looks = 0
      let result = Search(problem, options: options).run { _ in
        looks += 1
        return looks < limit
      }
      try expectSound(result, problem, objective)
      #expect(simple.value <= result.bound.value && result.bound.value <= best.value)
    }
  }
}
