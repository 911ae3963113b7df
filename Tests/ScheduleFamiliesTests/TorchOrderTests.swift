import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

/// Makespans of PyTorch's built-in schedules.
///
/// Source: the orders that torch 2.13.0 computes (`torch.distributed.pipelining.schedules`, `pipeline_order`),
/// timed by a plain simulator with F = 1, I = 1, W = 1, B = 2 and no latency. The viewing order of its 1F1B
/// numbers the forwards of the last rank from 1 and cannot run as it stands; it is timed with them from 0.
@Suite("Families are as long as PyTorch's built-in schedules")
struct TorchOrderTests {
  /// The family, v, and the makespans for P = 4 with M = 4, 8, 16, then for P = 8 with M = 8, 16, 32.
  static let orders: [(family: String, chunks: Int, makespans: [Double])] = [
    ("1f1b", 1, [21, 33, 57, 45, 69, 117]),
    ("interleaved", 2, [33, 57, 105, 69, 117, 213]),
    ("looped-bfs", 2, [33, 57, 105, 69, 117, 213]),
    ("interleaved-zb", 1, [15, 27, 51, 31, 55, 103]),
    ("interleaved-zb", 2, [27, 51, 99, 55, 103, 199]),
  ]

  @Test(arguments: orders)
  func makespans(family: String, chunks: Int, makespans: [Double]) throws {
    let sizes = [4, 8].flatMap { p in [p, 2 * p, 4 * p].map { (p, $0) } }
    for ((p, m), makespan) in zip(sizes, makespans) {
      #expect(try timeline(family, devices: p, microbatches: m, chunks: chunks).makespan == makespan)
    }
  }

  // P = 4 in two rounds of 5, one of 3 and three of 5.
  @Test("interleaved zero bubble in rounds that are not of p", arguments: [(10, 63.0), (3, 23), (15, 93)])
  func rounds(microbatches: Int, makespan: Double) throws {
    let timeline = try timeline("interleaved-zb", devices: 4, microbatches: microbatches, chunks: 2)
    #expect(timeline.makespan == makespan)
  }

  // torch's compute-only cells, with B where torch writes I.
  @Test("interleaved zero bubble is PyTorch's order, operation by operation")
  func order() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 4).arranged(.loop, chunks: 2)
    let orders = try Families.named("interleaved-zb").orders(for: problem)
    let rows = [
      "0F0 0F1 2F0 2F1 2B0 2W0 0F2 2B1 2W1 0F3 0B0 0W0 "
        + "2F2 0B1 0W1 2F3 2B2 2W2 2B3 2W3 0B2 0W2 0B3 0W3",
      "1F0 1F1 3F0 3B0 3F1 3B1 3W0 1F2 1B0 3W1 1F3 1B1 "
        + "1W0 3F2 3B2 1W1 3F3 3B3 3W2 1B2 3W3 1B3 1W2 1W3",
    ]
    for (device, expected) in rows.enumerated() {
      let found = orders[Device.ID(device)].map { "\($0.stage)\($0.kind.symbol)\($0.microbatch)" }
      #expect(found.joined(separator: " ") == expected)
    }
  }
}
