import PipelineModel
import ScheduleFamilies
import ScheduleStudies
import TestSupport
import Testing

@Suite("Starts of operations against observed ones")
struct StartDifferenceTests {
  /// One stage on one device with observed starts of F and BW in turn.
  private func run(
    forward: Double, backward: Double, gap: Gap = .none, starts: [Double], isHeldOut: Bool = false,
    name: String = "run"
  ) throws -> ValidationRun {
    let problem = try Problem(
      Instance(
        devices: [Device()], stages: [Stage(forward: forward, backward: .whole(backward))],
        microbatches: Array(repeating: Microbatch(), count: starts.count / 2), gap: gap))
    return try ValidationRun(
      name: name, schedule: Families.named("1f1b").measuredSchedule(for: problem), measured: 1,
      isHeldOut: isHeldOut, observedStarts: starts)
  }

  @Test("mean, 95 of 100 and the worst by name, counted from the first start of the run")
  func figures() throws {
    // Predicted 0, 4, 10, 14; observed 0, 5, 10, 12.
    let validation = try Validation([try run(forward: 4, backward: 6, starts: [100, 105, 110, 112])])
    let starts = try #require(validation.testedStarts)
    #expect(starts.items.map(\.difference) == [0, -1, 0, 2])
    #expect(starts.mean == 0.75 && starts.percentile95 == 2)
    #expect(starts.worst.run == "run" && starts.worst.device == Device.ID(0))
    #expect(starts.worst.operation == Operation(.backward, stage: Stage.ID(0), microbatch: Microbatch.ID(1)))
    #expect(validation.outcomes[0].startDifferences == starts)
  }

  @Test("95 of 100 is the nearest rank: of 20 operations all but one")
  func percentile() throws {
    var starts = (0..<10).flatMap { [Double(10 * $0), Double(10 * $0 + 4)] }
    for index in 0..<20 { starts[index] -= Double(index) / 100 }
    let differences = try #require(
      Validation([try run(forward: 4, backward: 6, starts: starts)]).testedStarts)
    #expect(abs(differences.percentile95 - 0.18) < 1e-9)
    #expect(abs(differences.worst.difference - 0.19) < 1e-9)
  }

  @Test("calibrated, only runs that are held out tell")
  func heldOutOnly() throws {
    let runs = try [false, true].map { isHeldOut in
      try run(forward: 4, backward: 6, starts: [0, 4], isHeldOut: isHeldOut, name: "\(isHeldOut)")
    }
    #expect(try Validation(runs).testedStarts?.items.map(\.run) == ["false", "false", "true", "true"])
    #expect(
      try Validation(runs, calibrating: .step).testedStarts?.items.map(\.run) == ["true", "true"])
    let plain = try SingleDevice.run(microbatches: 2, measured: 20)
    #expect(try Validation([plain]).testedStarts == nil)
  }

  /// The first twelve operations of the last of 8 MI300 in one iteration of 1F1B, in milliseconds.
  ///
  /// Source: Primus, AMD-AGI at fd1eeab, tools/visualization/pp_vis/pp_data_example, pp8, iteration 7.
  private static let lastStage: [(start: Double, duration: Double)] = [
    (439.15, 67.719), (506.918, 74.273), (582.141, 66.473), (649.379, 74.487), (724.613, 66.811),
    (792.153, 74.601), (867.51, 66.702), (934.972, 74.657), (1010.382, 66.85), (1077.979, 75.051),
    (1153.773, 66.759), (1221.319, 75.077),
  ]

  @Test("measured gaps move the starts of a busy MI300 from 7 ms early to within a millisecond")
  func measured() throws {
    let facts = Self.lastStage
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let durations = facts.map(\.duration)
    let forward = mean(stride(from: 0, to: 12, by: 2).map { durations[$0] })
    let backward = mean(stride(from: 1, to: 12, by: 2).map { durations[$0] })
    let gaps = zip(facts, facts.dropFirst()).map { $1.start - $0.start - $0.duration }
    func differences(_ gap: Gap) throws -> StartDifferences {
      let run = try run(forward: forward, backward: backward, gap: gap, starts: facts.map(\.start))
      return try #require(Validation([run]).testedStarts)
    }
    let asIs = try differences(.none)
    // By hand: the last operation misses the sum of all gaps, 8 ms, but for its own jitter.
    #expect(abs(asIs.worst.difference + gaps.reduce(0, +)) < 1.2 && asIs.worst.difference < 0)
    #expect(try differences(Gap(mean(gaps))).percentile95 < 1.2)
  }
}
