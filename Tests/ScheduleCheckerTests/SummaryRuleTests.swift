import PipelineModel
import ScheduleChecker
import Testing

@Suite("Recorded summary")
struct SummaryRuleTests {
  private func found(_ change: (inout Summary) -> Void) throws -> [String] {
    var summary = fusedSummary
    change(&summary)
    return try lines(violations(fused(summary: summary)))
  }

  @Test("each figure is compared on its own")
  func figures() throws {
    #expect(try found { $0.makespan = 10 } == ["makespan is recorded as 10, but is 9"])
    #expect(try found { $0.period = 8 } == ["period is recorded as 8, but is 9"])
    #expect(try found { $0.longestDeviceSpan = 8 } == ["longestDeviceSpan is recorded as 8, but is 9"])
    let bubble = 1.0 - 12.0 / 18.0
    #expect(try found { $0.makespanBubble = 0.3 } == ["makespanBubble is recorded as 0.3, but is \(bubble)"])
    #expect(try found { $0.periodBubble = 0.25 } == ["periodBubble is recorded as 0.25, but is \(bubble)"])
    #expect(try found { $0.spanBubble = 0 } == ["spanBubble is recorded as 0, but is \(bubble)"])
    #expect(try found { $0.imbalance = -0.5 } == ["imbalance is recorded as -0.5, but is 0"])
    #expect(try found { $0.peakMemory[1] = 2 } == ["device 1: peakMemory is recorded as 2, but is 1"])
  }

  @Test("figures that are no numbers", arguments: [.nan, .infinity, -.infinity] as [Double])
  func notFinite(_ value: Double) throws {
    let found = try found {
      $0.makespan = value
      $0.period = value
      $0.longestDeviceSpan = value
      $0.makespanBubble = value
      $0.periodBubble = value
      $0.spanBubble = value
      $0.imbalance = value
      $0.peakMemory = [value, value]
      $0.certificate = Certificate(objective: .period, lowerBound: value, gap: value, optimal: true)
    }
    #expect(found.count == 10)
  }

  @Test("a peak too many or too few", arguments: [[], [2], [2, 1, 1]] as [[Double]])
  func peakCount(_ peaks: [Double]) throws {
    #expect(
      try found { $0.peakMemory = peaks } == [
        "peakMemory has \(peaks.count) entries, but there are 2 devices"
      ])
  }

  @Test("a lower bound outside zero to its value", arguments: [-1, 9.5] as [Double])
  func bound(_ bound: Double) throws {
    for objective in Objective.allCases {
      let text = bound == -1 ? "-1" : "9.5"
      #expect(
        try found {
          $0.certificate = Certificate(objective: objective, lowerBound: bound, gap: 0, optimal: true)
        } == [
          "lowerBound is recorded as \(text), but must lie from 0 to the \(objective.rawValue), which is 9"
        ])
    }
  }

  @Test("a lower bound above its value by more than rounding, whatever is said of it")
  func boundAboveValue() throws {
    for objective in Objective.allCases {
      func found(_ excess: Double, _ gap: Double, _ optimal: Bool) throws -> [String] {
        try self.found {
          $0.certificate = Certificate(
            objective: objective, lowerBound: 9 * (1 + excess), gap: gap, optimal: optimal)
        }
      }
      for (gap, optimal) in [(0, true), (0, false), (-0.1, false), (0.1, true)] {
        let lines = try found(2e-9, gap, optimal)
        #expect(lines.count == 1 && lines[0].hasPrefix("lowerBound is recorded as 9.000000018"))
      }
      #expect(try found(0.5e-9, 0, true) == [])
    }
  }

  @Test("gap and optimality follow from the bound")
  func gap() throws {
    func found(_ bound: Double, _ gap: Double, _ optimal: Bool) throws -> [String] {
      try self.found {
        $0.certificate = Certificate(objective: .makespan, lowerBound: bound, gap: gap, optimal: optimal)
      }
    }
    #expect(try found(7.2, 0.2, false) == [])
    #expect(try found(9, 0, true) == [])
    #expect(try found(0, 1, false) == [])
    #expect(try found(4.5, 0.25, false) == ["gap is recorded as 0.25, but is 0.5"])
    #expect(try found(4.5, 0.5, true) == ["optimal is recorded as true, but the gap is 0.5"])
    #expect(try found(9, 0, false) == ["optimal is recorded as false, but the gap is 0"])
    #expect(try found(4.5, 0, true).count == 2)
  }

  @Test("figures follow from the orders, not from the recorded times")
  func independentOfTimes() throws {
    let delayed = RecordedSchedule.Times(
      starts: fusedTimes.starts.map { $0 * 2 }, ends: fusedTimes.ends.map { $0 * 2 })
    let found = try violations(fused(times: delayed))
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.subject != .schedule })
  }

  @Test("wrong orders leave the figures undefined, and unreported")
  func skipped() throws {
    var summary = fusedSummary
    summary.makespan = 99
    let dropped = [Array(fusedOrders[0].dropLast()), fusedOrders[1]]
    #expect(
      try violations(fused(orders: dropped, times: nil, summary: summary)).map(\.kind) == [.missingBackward])
  }
}
