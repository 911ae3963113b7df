import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing

@testable import ScheduleStudies

@Suite("Planned searches")
struct SearchPlanTests {
  @Test("take two seconds, or sixty with a proof, of which the search has two at most")
  func budget() {
    #expect(SearchPlan().searchTime == .seconds(2))
    #expect(SearchPlan(timeLimit: .seconds(10)).searchTime == .seconds(10))
    #expect(SearchPlan(proves: true).totalTime == .seconds(60))
    #expect(SearchPlan(proves: true).searchTime == .seconds(2))
    #expect(SearchPlan(timeLimit: .seconds(3), proves: true).searchTime == .milliseconds(1500))
  }

  @Test("leave time for what comes after the search, never more than half")
  func rest() {
    let plan = SearchPlan(timeLimit: .seconds(1))
    #expect(plan.options(visits: 100_000, timePerVisit: .microseconds(2)).timeLimit == .milliseconds(800))
    #expect(plan.options(visits: 10_000_000, timePerVisit: .microseconds(2)).timeLimit == .milliseconds(500))
    #expect(plan.options(share: 0.5, visits: 0).timeLimit == .milliseconds(500))
  }

  @Test("start from every family that takes the problem as it is laid out")
  func starts() throws {
    let sequential = FamilyStarts.orders(for: try .uniform(devices: 4, microbatches: 8))
    #expect(sequential.contains { !$0.operations.contains { $0.kind == .backward } })
    #expect(sequential.contains { $0.operations.allSatisfy { $0.kind == .forward || $0.kind == .backward } })
    #expect(
      FamilyStarts.orders(for: try .uniform(devices: 4, microbatches: 8), until: Deadline { true }) == [])
  }

  @Test("are never worse than the families they start from, and pass the checker")
  func families() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    let schedule = try SearchPlan(iterations: 0, threads: { _ in 1 }).certified(problem)
    // ZB-H2 without a limit: no device waits but for the first F.
    #expect(schedule.summary.makespan <= 27)
    #expect(ScheduleChecker(schedule.timeline.record(certificate: schedule.certificate)).violations() == [])
  }

  @Test("break ties by memory: without a limit no more than ZB-H1 holds, which is as short at equal times")
  func leastMemory() throws {
    // 3m + p - 1 with p activations on a device: arXiv 2401.10241, section 2.
    for (devices, microbatches) in [(4, 12), (8, 24)] {
      let problem = try Problem.uniform(devices: devices, microbatches: microbatches)
      let schedule = try SearchPlan(iterations: 1000, threads: { _ in 1 }).certified(problem)
      #expect(schedule.summary.makespan == Double(3 * microbatches + devices - 1))
      #expect(schedule.summary.peakMemory.allSatisfy { $0 <= Double(devices) })
      #expect(schedule.certificate?.optimal == true)
    }
  }

  @Test("lower one device's memory where another's cannot be")
  func leastMemoryOfEach() throws {
    // The head's activations are large; nothing else waits for memory.
    var stages = Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3)
    stages[2].activationForB = 50
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 3), stages: stages,
      microbatches: Array(repeating: Microbatch(), count: 9))
    let schedule = try SearchPlan(iterations: 1000, threads: { _ in 1 }).certified(problem)
    #expect(schedule.summary.makespan == 29)
    // One microbatch is all that the last device has to hold, and 1F1B's memory all on the others.
    #expect(schedule.summary.peakMemory[2] < 100)
    #expect(schedule.summary.peakMemory.prefix(2).allSatisfy { $0 <= 3 })
  }

  @Test("with a proof say what the exact search went through")
  func proof() throws {
    let schedule = try SearchPlan(iterations: 100, proves: true, threads: { _ in 1 })
      .certified(.uniform(devices: 2, microbatches: 2, memoryLimit: 1))
    let run = try #require(schedule.proof.exactRun)
    #expect(run.result.isProved && schedule.certificate?.optimal == true)
  }
}
