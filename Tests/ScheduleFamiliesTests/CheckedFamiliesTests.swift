import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Every family passes the independent checker")
struct CheckedFamiliesTests {
  @Test(
    "on uneven stages, random latencies and any number of microbatches",
    arguments: Families.all.map(\.name))
  func randomProblems(family: String) throws {
    var shape = RandomProblem()
    shape.devices = 1...8
    shape.microbatches = 1...20
    shape.scales = true
    var random = SeededGenerator(seed: 51)
    for _ in 0..<60 {
      let problem = try shape.problem(using: &random)
      let words = try Families.named(family).words(for: problem)
      let timeline = try Timeline(Schedule(problem: problem, words: words))
      #expect(ScheduleChecker(timeline.record()).violations() == [])
    }
  }

  @Test("and its words fit when the limit is their own peak, and not when it is less")
  func memoryLimit() throws {
    for family in Families.all {
      let problem = try Problem.uniform(devices: 4, microbatches: 9, activationForW: 0.4)
      let words = try family.words(for: problem)
      let peak = try #require(Timeline(Schedule(problem: problem, words: words)).peakMemory.max())
      for (limit, fits) in [(peak, true), (peak - 0.1, false)] {
        let limited = try problem.with(memoryLimit: limit)
        let record = RecordedSchedule(schedule: Schedule(problem: limited, words: words))
        #expect(ScheduleChecker(record).violations().isEmpty == fits)
      }
    }
  }

  @Test("other placements are refused by name")
  func placements() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 4),
      microbatches: [Microbatch()], placement: .v)
    for family in Families.all {
      #expect(throws: FamilyError.needsLayout(family: family.title, .sequential)) {
        try family.words(for: problem)
      }
    }
  }
}
