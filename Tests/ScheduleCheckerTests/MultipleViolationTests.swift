import PipelineModel
import TestSupport
import ScheduleChecker
import Testing

@Suite("Several violations at once")
struct MultipleViolationTests {
  @Test("all are reported, by device and position, then what is missing, then the figures")
  func order() throws {
    let problem = try pair(memoryLimit: 1.5)
    var times = fusedTimes
    times.ends[7] = 7.5
    var summary = fusedSummary
    summary.makespan = 10
    summary.peakMemory = [3, 1]
    let record = try fused(problem: problem, times: times, summary: summary)
    #expect(
      lines(violations(record)) == [
        "device 0: F(stage 0, microbatch 1) raises memory to 2, over the limit 1.5",
        "device 0: BW(stage 0, microbatch 1) starts at 7, before its input from "
          + "BW(stage 1, microbatch 1) arrives at 7.5",
        "device 0: peakMemory is recorded as 3, but is 2",
        "device 1: BW(stage 1, microbatch 1) is recorded as lasting 2.5, but lasts 2",
        "makespan is recorded as 10, but is 9",
      ])
  }

  @Test("wrong operations of every sort in one schedule")
  func everySort() throws {
    let orders = [
      sequence("F0 F0 F7 F1 BW0 B0", stage: 0) + sequence("F1", stage: 1),
      sequence("W0 F0 B0", stage: 1) + sequence("F0", stage: -3),
    ]
    #expect(
      try lines(violations(orders)) == [
        "device 0: F(stage 0, microbatch 0) repeats the work of F(stage 0, microbatch 0)",
        "device 0: F(stage 0, microbatch 7) names a microbatch that the problem does not have: expected 0 to 1",
        "device 0: B(stage 0, microbatch 0) repeats the work of BW(stage 0, microbatch 0)",
        "device 0: F(stage 1, microbatch 1) belongs on device 1",
        "device 0: BW(stage 0, microbatch 1) is missing, and so are the B and W that may stand for it",
        "device 1: W(stage 1, microbatch 0) comes before B(stage 1, microbatch 0) in the same order, and needs it",
        "device 1: F(stage -3, microbatch 0) names a stage that the problem does not have: expected 0 to 1",
        "device 1: BW(stage 1, microbatch 1) is missing, and so are the B and W that may stand for it",
      ])
  }

  @Test("every description is one line")
  func oneLine() throws {
    for seed in 0..<50 {
      let schedule = try RandomSchedule(seed: seed)
      var random = SeededGenerator(seed: seed)
      let orders = schedule.lists.map { $0.shuffled(using: &random).dropLast() }.shuffled(using: &random)
      let record = RecordedSchedule(
        schedule: Schedule(problem: schedule.problem, orders: Orders(orders.map(Array.init))))
      for line in lines(violations(record)) { #expect(!line.contains("\n")) }
    }
  }
}
