import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("ZB-V, the handcrafted order")
struct ZeroBubbleVTests {
  @Test(
    "for F = B = W and m >= 2p: no bubble in any span, makespan 6m + p - 1, 2p activations",
    arguments: [(1, 2), (1, 7), (2, 4), (3, 6), (4, 8), (4, 13), (8, 16), (8, 24), (16, 32)])
  func closedForm(p: Int, m: Int) throws {
    let timeline = try Timeline("zb-v", .v(devices: p, microbatches: m))
    #expect(timeline.makespan == Double(6 * m + p - 1))
    #expect(timeline.summary.spanBubble == 0)
    #expect(timeline.summary.longestDeviceSpan == Double(6 * m))
    #expect(timeline.peakMemory == Array(repeating: Double(2 * p), count: p))
    let bubble = Double(p - 1) / Double(6 * m + p - 1)
    #expect(abs(timeline.summary.makespanBubble - bubble) < 1e-12)
  }

  /// Simulated from the orders of `ScheduleZBVZeroBubble` in PyTorch 2.13, one unit for `F`, `I` and `W`.
  @Test(
    "is as long as PyTorch's",
    arguments: [
      (4, 4, 30), (4, 8, 51), (4, 16, 99), (8, 8, 62), (8, 16, 103), (8, 32, 199),
    ])
  func torch(p: Int, m: Int, makespan: Int) throws {
    #expect(try Timeline("zb-v", .v(devices: p, microbatches: m)).makespan == Double(makespan))
  }

  @Test("runs with fewer microbatches than its pattern needs", arguments: 1...8)
  func fewMicrobatches(m: Int) throws {
    let timeline = try Timeline("zb-v", .v(devices: 4, microbatches: m))
    #expect(timeline.peakMemory.max() == Double(min(8, 2 * m)))
  }

  @Test("device 0 of two runs the published order")
  func order() throws {
    let problem = try Problem.v(devices: 2, microbatches: 3)
    let orders = try Families.named("zbv").orders(for: problem)
    let symbols = orders[Device.ID(0)].map { "\($0.kind.symbol)\($0.stage == Stage.ID(0) ? 0 : 1)" }
    let expected = "F0 F0 F0 F1 B1 W1 F1 B1 W1 B0 W0 F1 B1 W1 B0 W0 B0 W0"
    #expect(symbols.joined(separator: " ") == expected)
  }
}
