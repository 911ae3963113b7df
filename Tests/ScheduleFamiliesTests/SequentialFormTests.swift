import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Eager 1F1B and Seq1F1B meet their closed forms")
struct SequentialFormTests {
  static let sizes = [(1, 1), (1, 4), (2, 3), (4, 2), (4, 8), (8, 24)]

  @Test("eager 1F1B is as long as 1F1B without latency", arguments: sizes)
  func eagerLength(p: Int, m: Int) throws {
    let timeline = try timeline("eager-1f1b", devices: p, microbatches: m, times: (10, 14, 7))
    #expect(timeline.makespan == Double(m + p - 1) * 31)
    #expect(timeline.peakMemory == (0..<p).map { Double(min(2 * (p - $0) - 1, m)) })
  }

  // p = 8, m = 24, F = B = W = 1, c = 0.1: research study of pipeline schedules, schedules.md, section 3.
  @Test("eager 1F1B hides latency", arguments: [("eager-1f1b", 94.4), ("1f1b", 98.4)])
  func eagerLatency(family: String, makespan: Double) throws {
    #expect(try timeline(family, devices: 8, microbatches: 24, latency: 0.1).makespan.isNear(makespan))
  }

  @Test("Seq1F1B: (mq+p-1)(F+B+W) of a piece, min(p-s-1+q, mq) pieces held", arguments: sizes)
  func pieces(p: Int, m: Int) throws {
    for pieces in 2...4 {
      let timeline = try timeline(
        "seq1f1b", devices: p, microbatches: m, chunks: pieces, times: (10, 14, 7))
      #expect(timeline.makespan.isNear(Double(m * pieces + p - 1) * 31))
      #expect(timeline.peakMemory == (0..<p).map { Double(min(p - $0 - 1 + pieces, m * pieces)) })
    }
  }

  @Test("Seq1F1B runs forwards by piece, and backwards of each sequence from its last piece")
  func order() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2).cut(intoPieces: 2)
    let orders = try Families.named("seq1f1b").orders(for: problem)
    // Two sequences of two pieces: units 0, 1 and 2, 3.
    #expect(text(orders[Device.ID(0)]) == "F0 F1 F2 BW1 F3 BW0 BW3 BW2")
    #expect(text(orders[Device.ID(1)]) == "F0 F1 BW1 F2 BW0 F3 BW3 BW2")
  }

  private func text(_ order: ArraySlice<Operation>) -> String {
    order.map { "\($0.kind.symbol)\($0.microbatch)" }.joined(separator: " ")
  }
}
