import PipelineModel
import Testing

@testable import Diagrams

@Suite struct TimelineHeadingTests {
  private func summary(_ certificate: Certificate?) -> Summary {
    Summary(
      makespan: 1310.4050000000018, period: 0, longestDeviceSpan: 0, makespanBubble: 0.1587, periodBubble: 0,
      spanBubble: 0.001, imbalance: 0, peakMemory: [4, 8, 7.5], certificate: certificate)
  }

  private func heading(
    forwards: [Double], communication: Communication, units: Units, certificate: Certificate? = nil
  ) throws -> TimelineHeading {
    let problem = try Problem(
      units: units, devices: forwards.map { _ in Device(optimizerStep: 2) },
      stages: forwards.map { Stage(forward: $0, backwardInput: 18.086, backwardWeight: 9.337) },
      microbatches: Array(repeating: Microbatch(), count: 24), communication: communication)
    return TimelineHeading(problem: problem, summary: summary(certificate), family: "ZB-H1")
  }

  @Test("Equal stages are told once")
  func equalStagesAreToldOnce() throws {
    let heading = try heading(
      forwards: [18.522, 18.522], communication: .uniform(0.601),
      units: Units(time: "ms", memory: "activations"))
    #expect(heading.title == "ZB-H1 · p = 2, m = 24")
    #expect(heading.costs == "F 18.522 · B 18.086 · W 9.337 · communication 0.601 · optimizer step 2 ms")
    #expect(
      heading.figures
        == "makespan 1310.405 ms · makespanBubble 15.87 % · spanBubble 0.1 % · peakMemory 8 activations")
    #expect(heading.sentence.contains("24 microbatches on 2 devices"))
  }

  @Test("Unequal stages and links are told as ranges")
  func unequalStagesAndLinksAreToldAsRanges() throws {
    let heading = try heading(
      forwards: [1, 3.5], communication: .matrix([[9, 0.5], [2, 9]]), units: Units(),
      certificate: Certificate(objective: .makespan, lowerBound: 1310.405, gap: 0, optimal: true))
    #expect(heading.costs == "F 1–3.5 · B 18.086 · W 9.337 · communication 0.5–2 · optimizer step 2")
    #expect(
      heading.figures
        == "makespan 1310.405 · makespanBubble 15.87 % · spanBubble 0.1 % · peakMemory 8 · makespan optimal")
  }

  @Test("Bounds of fused schedules say so")
  func boundsOfFusedSchedulesSaySo() throws {
    let heading = try heading(
      forwards: [1, 1], communication: .uniform(0), units: Units(),
      certificate: Certificate(
        objective: .makespan, scope: .fused, lowerBound: 1310.405, gap: 0, optimal: true))
    #expect(heading.figures.hasSuffix("makespan optimal of fused schedules"))
  }
}
