import PipelineModel
import ScheduleChecker
import Testing

@Suite("Overlapped pairs and pieces of sequences")
struct PairRuleTests {
  /// Device 0: F0 F1 BW0 BW1; device 1: F0, F1 with BW0 for 0.75 x 3, BW1.
  private func record(
    pairs: [Int] = [5], overlap: Double? = 0.75, _ change: (inout RecordedSchedule.Times) -> Void = { _ in }
  ) throws -> RecordedSchedule {
    let operations = sequence("F0 F1 BW0 BW1", stage: 0) + sequence("F0 F1 BW0 BW1", stage: 1)
    let problem = try pair().with(overlap: overlap.map { Overlap(forwardBackward: $0) })
    var times = RecordedSchedule.Times(
      starts: [0, 1, 4.25, 6.25, 1, 2, 2, 4.25], ends: [1, 2, 6.25, 8.25, 2, 4.25, 4.25, 6.25])
    change(&times)
    return RecordedSchedule(
      schedule: Schedule(
        problem: problem, orders: Orders(operations: operations, bounds: [0, 4, 8], pairs: pairs)),
      times: times)
  }

  @Test("a pair runs as one and counts once")
  func valid() throws {
    var record = try record()
    // Device 1 works for 1 + 2.25 + 2; the pair's period: device 0 starts at 0 and ends at 8.25.
    record.summary = Summary(
      makespan: 8.25, period: 8.25, longestDeviceSpan: 8.25, makespanBubble: 1 - 11.25 / 16.5,
      periodBubble: 1 - 11.25 / 16.5, spanBubble: 1 - 6 / 8.25, imbalance: 1 - 11.25 / 12,
      peakMemory: [2, 2])
    #expect(violations(record) == [])
  }

  @Test("its parts start and end together")
  func apart() throws {
    let found = try lines(
      violations(
        record {
          $0.starts[6] += 0.5; $0.ends[6] += 0.5
        }))
    #expect(
      found == [
        "device 0: BW(stage 0, microbatch 0) starts at 4.25, before its input from BW(stage 1, microbatch 0) "
          + "arrives at 4.75",
        "device 1: BW(stage 1, microbatch 0) starts at 2.5, but F(stage 1, microbatch 1), with which it is "
          + "paired, starts at 2",
        "device 1: BW(stage 1, microbatch 0) starts at 2.5, but could start at 2",
        "device 1: BW(stage 1, microbatch 1) starts at 4.25, before BW(stage 1, microbatch 0) on the same "
          + "device ends at 4.75",
      ])
    #expect(
      try lines(violations(record { $0.ends[5] = 3 })) == [
        "device 1: F(stage 1, microbatch 1) is recorded as lasting 1, but lasts 2.25"
      ])
  }

  @Test("it is an F and the BW of another microbatch", arguments: [nil, 0.75])
  func wrong(overlap: Double?) throws {
    let found = try violations(record(pairs: [2, 4], overlap: overlap))
    let kinds = found.map(\.kind)
    #expect(kinds.contains(.wrongPair(with: operation("BW1", stage: 0))))
    #expect(kinds.contains(.wrongPair(with: operation("F1", stage: 1))))
    #expect(
      lines(found).contains(
        "device 0: BW(stage 0, microbatch 0) is paired with BW(stage 0, microbatch 1): expected F, then BW of "
          + "another microbatch"))
  }

  @Test("without a gain its parts run one after the other")
  func remark() throws {
    let kinds = try violations(record(overlap: nil)).map(\.kind)
    #expect(kinds.contains(.wrongDuration(recorded: 2.25, expected: 1)))
    #expect(!kinds.contains { if case .wrongPair = $0 { true } else { false } })
  }

  @Test("a pair that waits for itself by way of another device never runs")
  func deadlock() throws {
    var record = try record(pairs: [1])
    record.times = nil
    #expect(
      lines(violations(record)) == [
        "device 0: BW(stage 0, microbatch 0) never runs: it waits for BW(stage 1, microbatch 0) on device 1, "
          + "which never runs either",
        "device 1: F(stage 1, microbatch 1) never runs: it waits for F(stage 0, microbatch 1) on device 0, "
          + "which never runs either",
      ])
  }

  @Test("pieces of a sequence go forward in order and back in reverse")
  func pieces() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
      microbatches: Array(repeating: Microbatch(), count: 4), pieces: 2)
    func found(_ text: String) throws -> [String] {
      try lines(violations([sequence(text, stage: 0)], of: problem))
    }
    #expect(try found("F2 F0 F3 F1 B1 BW3 W1 BW2 BW0") == [])
    #expect(
      try found("F0 F1 BW0 BW1 F3 F2 BW3 B2 W2") == [
        "device 0: BW(stage 0, microbatch 1) comes after BW(stage 0, microbatch 0), a piece of the same "
          + "sequence that needs it",
        "device 0: F(stage 0, microbatch 2) comes after F(stage 0, microbatch 3), a piece of the same "
          + "sequence that needs it",
      ])
  }
}
