import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Families on equal stages without communication meet their closed forms")
struct ClosedFormTests {
  static let sizes = [
    (1, 1), (1, 5), (2, 1), (2, 3), (4, 2), (4, 4), (4, 8), (8, 3), (8, 15), (8, 24), (16, 64),
  ]

  private func timeline(_ family: String, _ problem: Problem) throws -> Timeline {
    try Timeline(Schedule(problem: problem, orders: Families.named(family).orders(for: problem)))
  }

  @Test("GPipe and 1F1B: (m + p - 1)(F + B + W)", arguments: ["gpipe", "1f1b"], sizes)
  func fused(family: String, size: (Int, Int)) throws {
    let (p, m) = size
    for (f, b, w) in [(1.0, 1.0, 1.0), (10, 14, 7), (3, 2, 0)] {
      let problem = try Problem.uniform(
        devices: p, microbatches: m, forward: f, backwardInput: b, backwardWeight: w)
      let timeline = try timeline(family, problem)
      #expect(timeline.makespan == Double(m + p - 1) * (f + b + w))
      let bubble = Double(p - 1) / Double(m + p - 1)
      #expect(abs(timeline.summary.makespanBubble - bubble) < 1e-12)
      let peak = Double(family == "gpipe" ? m : min(p, m))
      #expect(timeline.peakMemory.max() == peak)
    }
  }

  @Test("1F1B holds min(p - s, m) activations on stage s", arguments: sizes)
  func memoryPerStage(size: (Int, Int)) throws {
    let (p, m) = size
    let timeline = try timeline("1f1b", Problem.uniform(devices: p, microbatches: m))
    #expect(timeline.peakMemory == (0..<p).map { Double(min(p - $0, m)) })
  }

  @Test(
    "ZB-H1: F = B = W gives the makespan bubble (p-1)/(3m+p-1)",
    arguments: [(2, 4), (4, 8), (8, 24), (8, 32)])
  func zeroBubbleH1(p: Int, m: Int) throws {
    let timeline = try timeline("zb-h1", Problem.uniform(devices: p, microbatches: m))
    #expect(timeline.makespan == Double(3 * m + p - 1))
    #expect(abs(timeline.summary.makespanBubble - Double(p - 1) / Double(3 * m + p - 1)) < 1e-12)
    #expect(timeline.peakMemory.max() == Double(min(p, m)))
  }

  @Test(
    "ZB-H1: idle (p-1)(F+B-W) on the first device", arguments: [(10.0, 14.0, 7.0), (10, 10, 5), (9, 9, 9)])
  func zeroBubbleH1Idle(f: Double, b: Double, w: Double) throws {
    let problem = try Problem.uniform(
      devices: 4, microbatches: 12, forward: f, backwardInput: b, backwardWeight: w)
    #expect(try timeline("zb-h1", problem).makespan == 12 * (f + b + w) + 3 * (f + b - w))
  }

  @Test(
    "ZB-H2: no bubble in any span for F = B = W and m >= 2p - 1",
    arguments: [(2, 3), (4, 7), (4, 12), (8, 15), (8, 24)])
  func zeroBubbleH2(p: Int, m: Int) throws {
    let timeline = try timeline("zb-h2", Problem.uniform(devices: p, microbatches: m))
    #expect(timeline.summary.spanBubble == 0)
    #expect(timeline.summary.longestDeviceSpan == Double(3 * m))
    #expect(timeline.peakMemory.max() == Double(min(2 * p - 1, m)))
  }

  @Test(
    "ZB-H2: idle (p-1)(F+B-2W) in the longest span", arguments: [(10.0, 14.0, 7.0), (10, 10, 5), (9, 10, 9)])
  func zeroBubbleH2Idle(f: Double, b: Double, w: Double) throws {
    let problem = try Problem.uniform(
      devices: 4, microbatches: 12, forward: f, backwardInput: b, backwardWeight: w)
    let span = try timeline("zb-h2", problem).summary.longestDeviceSpan
    #expect(span == 12 * (f + b + w) + 3 * (f + b - 2 * w))
  }

  @Test("m <= p: 1F1B takes (m+p-1)(F+B+W)", arguments: [(4, 1), (4, 3), (8, 8)])
  func fewMicrobatches(p: Int, m: Int) throws {
    let problem = try Problem.uniform(
      devices: p, microbatches: m, forward: 10, backwardInput: 14, backwardWeight: 7)
    #expect(try timeline("1f1b", problem).makespan == Double(m + p - 1) * 31)
  }
}
