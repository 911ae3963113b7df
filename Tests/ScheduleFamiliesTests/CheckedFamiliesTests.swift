import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Every family passes the independent checker")
struct CheckedFamiliesTests {
  @Test(
    "on uneven stages, devices and links, any number of microbatches and any group size",
    arguments: Families.all.map(\.name))
  func randomProblems(family: String) throws {
    let family = try Families.named(family)
    let shape = RandomProblem(devices: 1...8, microbatches: 1...20)
      .without(.placement, .replicas, .routes, .pieces, because: "a family lays stages out itself")
      .without(.inputs, because: "families order chains")
      .without(.memoryLimit, because: "a family does not bend to a limit")
    var random = SeededGenerator(seed: 51)
    var checked = 0
    for _ in 0..<40 {
      let chunks = Int.random(in: 1...4, using: &random)
      let problem = try shape.problem(using: &random, evenCounts: family.layout == .bidirectional) {
        try family.layout.arranging($0, parts: chunks)
      }
      let sizes = family.groupSizes(for: problem)
      let size = family.takesGroupSize ? Int.random(in: sizes, using: &random) : nil
      do {
        let orders = try family.orders(for: problem, parameters: FamilyParameters(groupSize: size))
        let timeline = try Timeline(Schedule(problem: problem, orders: orders))
        #expect(ScheduleChecker(timeline.record()).violations() == [])
        checked += 1
      } catch FamilyError.needsMicrobatches {
        // A batch too small for the family.
      } catch FamilyError.needsParts {
        #expect(family.splitsBackward)
      }
    }
    #expect(checked > 10)
  }

  @Test("and its orders fit when the limit is their own peak, and not when it is less")
  func memoryLimit() throws {
    for family in Families.all {
      let problem = try family.layout.arranging(
        .uniform(devices: 4, microbatches: 10, activationForW: 0.4), parts: 2)
      let orders = try family.orders(for: problem)
      let peak = try #require(Timeline(Schedule(problem: problem, orders: orders)).peakMemory.max())
      for (limit, fits) in [(peak, true), (peak - 0.1, false)] {
        let limited = try problem.with(memoryLimit: limit)
        let record = RecordedSchedule(schedule: Schedule(problem: limited, orders: orders))
        #expect(ScheduleChecker(record).violations().isEmpty == fits)
      }
    }
  }
}
