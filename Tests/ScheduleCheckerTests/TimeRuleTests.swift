import PipelineModel
import ScheduleChecker
import Testing

@Suite("Recorded times")
struct TimeRuleTests {
  private func found(
    _ problem: Problem? = nil, _ change: (inout RecordedSchedule.Times) -> Void
  ) throws -> [String] {
    var times = fusedTimes
    change(&times)
    return try lines(violations(fused(problem: problem, times: times)))
  }

  @Test("an end that does not match the duration, and the successors it delays")
  func wrongDuration() throws {
    #expect(
      try found { $0.ends[3] = 8.5 } == [
        "device 0: BW(stage 0, microbatch 1) is recorded as lasting 1.5, but lasts 2"
      ])
    #expect(
      try found { $0.ends[0] = 1.5 } == [
        "device 0: F(stage 0, microbatch 0) is recorded as lasting 1.5, but lasts 1",
        "device 0: F(stage 0, microbatch 1) starts at 1, before F(stage 0, microbatch 0) on the same device "
          + "ends at 1.5",
        "device 1: F(stage 1, microbatch 0) starts at 1, before its input from F(stage 0, microbatch 0) "
          + "arrives at 1.5",
      ])
  }

  @Test("an operation that could start earlier")
  func late() throws {
    #expect(
      try found {
        $0.starts[3] += 1
        $0.ends[3] += 1
      } == ["device 0: BW(stage 0, microbatch 1) starts at 8, but could start at 7"])
  }

  @Test("times all moved by a constant: the first operation could start at zero")
  func moved() throws {
    #expect(
      try found {
        $0.starts = $0.starts.map { $0 + 2 }
        $0.ends = $0.ends.map { $0 + 2 }
      } == ["device 0: F(stage 0, microbatch 0) starts at 2, but could start at 0"])
  }

  @Test("an operation whose input is missing may start at any time its device allows")
  func missingInput() throws {
    let orders = [fusedOrders[0], Array(fusedOrders[1].dropLast())]
    let times = RecordedSchedule.Times(
      starts: Array(fusedTimes.starts.dropLast()), ends: Array(fusedTimes.ends.dropLast()))
    #expect(try violations(fused(orders: orders, times: times)).map(\.kind) == [.missingBackward])
  }

  @Test("latency that the times leave out")
  func latency() throws {
    let found = try violations(fused(problem: pair(latency: 0.25), summary: nil))
    // BW0 and BW1 on device 0 and F0 on device 1; F1 has been waiting at device 1 since 2.25.
    #expect(found.count == 3)
    #expect(
      found.first
        == Violation(
          .operation(operation("BW0", stage: 0), Device.ID(0), position: 2),
          .startsBeforeInput(start: 4, input: operation("BW0", stage: 1), arrival: 4.25)))
  }

  @Test("latency is directed: from the producer's device to the consumer's")
  func directedLatency() throws {
    let problem = try pair(microbatches: 1).with(communication: .matrix([[9, 1], [2, 9]]))
    let orders = [sequence("F0 BW0", stage: 0), sequence("F0 BW0", stage: 1)]
    let times = RecordedSchedule.Times(starts: [0, 7, 2, 3], ends: [1, 9, 3, 5])
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: nil)) == [])
  }

  @Test(
    "a start or end that is no time",
    arguments: [-1, -.infinity, .infinity, .nan, -.greatestFiniteMagnitude] as [Double])
  func impossible(_ value: Double) throws {
    for change in 0..<8 {
      #expect(
        try found { $0.starts[change] = value }.contains {
          $0.contains("is recorded from \(value == -1 ? "-1" : "\(value)") to")
        })
      #expect(try found { $0.ends[change] = value }.contains { $0.contains("expected finite times from 0") })
    }
  }

  @Test("a giant time does not drown its neighbours' violations")
  func giant() throws {
    let found = try found {
      $0.ends[3] = 1e300
      $0.starts[1] = 1.5
      $0.ends[1] = 2.5
    }
    #expect(
      found == [
        "device 0: F(stage 0, microbatch 1) starts at 1.5, but could start at 1",
        "device 0: BW(stage 0, microbatch 1) is recorded as lasting 1e+300, but lasts 2",
      ])
  }

  @Test("rounding of decimal numbers is no violation, a millionth is")
  func tolerance() throws {
    #expect(try found { $0.starts[7] += 1e-12 } == [])
    #expect(try found { $0.starts[7] += 1e-6 }.count == 2)
  }

  @Test("the scale of a microbatch stretches its durations")
  func scale() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 1, backwardInput: 2, backwardWeight: 3)],
      microbatches: [Microbatch(scale: 0.5), Microbatch(scale: 2)])
    let times = RecordedSchedule.Times(starts: [0, 0.5, 3, 5, 9], ends: [0.5, 3, 5, 9, 15])
    let orders = [sequence("F0 BW0 F1 B1 W1", stage: 0)]
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: nil)) == [])
  }
}
