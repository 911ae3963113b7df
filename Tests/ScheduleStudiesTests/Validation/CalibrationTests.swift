import PipelineModel
import ScheduleFamilies
import ScheduleStudies
import TestSupport
import Testing
import Timeline

@Suite("Fits of what measured runs lack")
struct CalibrationTests {
  private static let counts = [3, 5, 8, 20, 40]

  private func calibration(_ runs: [ValidationRun], _ terms: Calibration.Terms) throws -> Calibration {
    try Validation(runs, calibrating: terms).calibration
  }

  @Test("a gap, a step or both that runs were made with are found again")
  func recovered() throws {
    for (gap, step) in [(0.25, 0.0), (0, 17), (0.25, 17), (0.003, 0.4), (0, 0)] {
      let runs = try Self.counts.map { count in
        try SingleDevice.run(
          microbatches: count, measured: SingleDevice.time(microbatches: count, gap: gap, step: step))
      }
      let both = try calibration(runs, .all)
      #expect(abs((both.gap ?? -1) - gap) < 1e-4 && abs((both.step ?? -1) - step) < 1e-2, "\(both)")
      if step == 0 {
        let alone = try calibration(runs, .gap)
        #expect(abs((alone.gap ?? -1) - gap) < 1e-4 && alone.step == nil, "\(alone)")
      }
      if gap == 0 { #expect(try calibration(runs, .step) == Calibration(step: step)) }
    }
  }

  @Test("they are added to the gaps and steps of the problems")
  func added() throws {
    let own = Gap(forwardForward: 9, forwardBackward: 1, backwardForward: 3, backwardBackward: 9)
    // On one device F and BW alternate: m gaps of 1, m - 1 of 3, a step of 2; and what is to be found, 0.5 and 7.
    let runs = try Self.counts.map { count in
      let lacking = SingleDevice.time(microbatches: count, gap: 0.5, step: 7)
      return try SingleDevice.run(
        microbatches: count, measured: lacking + Double(count + 3 * (count - 1) + 2), gap: own, step: 2)
    }
    let fit = try calibration(runs, .all)
    #expect(abs((fit.gap ?? 0) - 0.5) < 1e-4 && abs((fit.step ?? 0) - 7) < 1e-2)
  }

  @Test("a step suits short runs before long ones, whose errors it hardly changes")
  func shortRuns() throws {
    // They lack 10 of 1010, 20 of 1020 and 1 of 21: a step of 1 misses by 2.8 % in all, one of 10 by 44 %.
    let runs = try [(100, 1010.0), (100, 1020), (2, 21)].map { count, measured in
      try SingleDevice.run(microbatches: count, measured: measured)
    }
    #expect(try calibration(runs, .step) == Calibration(step: 1))
  }

  @Test("runs that take less than their operations lack nothing")
  func tooShort() throws {
    let runs = try Self.counts.map { try SingleDevice.run(microbatches: $0, measured: 9 * Double($0)) }
    #expect(try calibration(runs, .all) == Calibration(gap: 0, step: 0))
  }

  @Test("a gap that no operation meets is none")
  func withoutGaps() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 4, backward: .none)], microbatches: [Microbatch()])
    let run = try ValidationRun(
      name: "F", schedule: Families.named("1f1b").measuredSchedule(for: problem), measured: 5)
    #expect(try calibration([run], .gap) == Calibration(gap: 0))
    #expect(try calibration([run], .all) == Calibration(gap: 0, step: 1))
  }

  @Test("rows of the same gaps: the weighted median of what they lack, by hand")
  func median() throws {
    // All longest paths pass 255 gaps, but that of redis_v64k_s4k, whose next to last stage is the busiest, 253. What
    // runs lack, in ms, by 1 / measured: 50.7, 58.0, 72.6, 82.6 are 0.411 of 0.879, and 86.7 reaches the half.
    let validation = try Validation(
      MeasuredA100.all.map { try $0.run(isHeldOut: false) }, calibrating: .gap)
    let run = MeasuredA100.all[4]
    let before = (0..<7).reduce(0) { $0 + run.forward[$1] + run.backward[$1] }
    let lacking = run.measured * 1000 - before - 128 * (run.forward[7] + run.backward[7])
    #expect(abs((validation.calibration.gap ?? 0) - lacking / 255) < 1e-2)
  }

  @Test("no gap of many tried is better, where makespans bend", arguments: 0..<3)
  func bruteForce(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 40)
    // Long latencies: with small gaps messages decide, with large ones the busiest device does.
    let runs = try [4, 6, 9].map { count in
      let stages = (0..<3).map { _ in
        Stage(
          forward: Double.random(in: 1...3, using: &random),
          backward: .whole(.random(in: 2...5, using: &random)))
      }
      let problem = try Problem(
        devices: Array(repeating: Device(), count: 3), stages: stages,
        microbatches: Array(repeating: Microbatch(), count: count),
        communication: .uniform(.random(in: 1...4, using: &random)))
      let schedule = try Families.named("1f1b").measuredSchedule(for: problem)
      let time = try Timeline(schedule).makespan
      return try ValidationRun(
        name: "\(count)", schedule: schedule, measured: time * .random(in: 0.97...1.5, using: &random))
    }
    func error(_ gap: Double) throws -> Double {
      let errors = try runs.map { run in
        let problem = try Calibration(gap: gap).applied(to: run.schedule.problem)
        let timeline = try Timeline(Schedule(problem: problem, orders: run.schedule.orders))
        return abs(timeline.makespan / run.measured - 1)
      }
      return errors.reduce(0, +) / Double(errors.count)
    }
    let fit = try calibration(runs, .gap)
    let found = try error(try #require(fit.gap))
    let best = try (0...300).map { try error(Double($0) / 75) }.min() ?? 0
    #expect(found <= best + 1e-6)
  }
}
