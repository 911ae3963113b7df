import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("DualPipe and DualPipeV")
struct DualPipeTests {
  @Test(
    "DualPipeV without gain from overlap: makespan 6m + p - 1 for F = B = W, 2p + 1 activations",
    arguments: [(1, 2), (2, 4), (3, 6), (4, 8), (4, 9), (8, 16), (8, 24), (16, 40)])
  func partsOfV(p: Int, m: Int) throws {
    let timeline = try Timeline("dualpipe-v", .v(devices: p, microbatches: m))
    #expect(timeline.makespan == Double(6 * m + p - 1))
    #expect(timeline.peakMemory.max() == Double(2 * p + 1))
  }

  /// Simulated from the orders of `ScheduleDualPipeV` in PyTorch 2.13: one unit for `F`, `I` and `W`, two for
  /// `B`, the parts of an overlapped action one after the other.
  @Test(
    "DualPipeV is as long as PyTorch's", arguments: [(4, 8, 51), (4, 16, 99), (8, 16, 103), (8, 32, 199)])
  func torch(p: Int, m: Int, makespan: Int) throws {
    #expect(try Timeline("dualpipe-v", .v(devices: p, microbatches: m)).makespan == Double(makespan))
  }

  @Test("DualPipe holds p + 1 activations", arguments: [(2, 4), (4, 8), (4, 10), (8, 16), (8, 24), (16, 40)])
  func peak(p: Int, m: Int) throws {
    let timeline = try Timeline("dualpipe", .bidirectional(devices: p, microbatches: m))
    #expect(timeline.peakMemory == Array(repeating: Double(p + 1), count: p))
  }

  @Test(
    "pairs that start and end together: idle (p/2-1)(F&BW+B-2W), and (p-1)(F&BW+B-2W) on a V, F = B",
    arguments: [(2, 4), (4, 8), (4, 20), (6, 14), (8, 16), (8, 30), (16, 40)],
    [[1.0, 1, 1], [10, 10, 5], [10, 10, 8]])
  func overlapped(size: (Int, Int), times: [Double]) throws {
    let (p, m) = size
    let (f, b, w) = (times[0], times[1], times[2])
    let idle = f + b + w + b - 2 * w
    let problem = try Problem.bidirectional(devices: p, microbatches: m, times: times)
      .with(overlap: Overlap(forwardBackward: 1))
    let both = try Timeline("dualpipe", problem)
    #expect(both.makespan == Double(m) * (f + b + w) + Double(p / 2 - 1) * idle)
    let v = try Problem.v(devices: p, microbatches: m, times: times)
      .with(overlap: Overlap(forwardBackward: 1))
    #expect(try Timeline("dualpipe-v", v).makespan == 2 * Double(m) * (f + b + w) + Double(p - 1) * idle)
    #expect(both.peakMemory.max() == Double(p + 1))
  }

  @Test("DualPipe is the same from both ends")
  func symmetry() throws {
    let problem = try Problem.bidirectional(devices: 8, microbatches: 20, times: [3, 4, 2])
    let orders = try Families.named("DualPipe").orders(for: problem)
    for device in 0..<4 {
      let mirrored = orders[Device.ID(7 - device)].map {
        let microbatch = ($0.microbatch.index + 10) % 20
        return Operation(
          $0.kind, stage: Stage.ID($0.stage.index), microbatch: Microbatch.ID(microbatch))
      }
      #expect(Array(orders[Device.ID(device)]) == mirrored)
    }
  }

  @Test("pairs are an F and the BW of another microbatch", arguments: ["dualpipe", "dualpipe-v"])
  func pairs(family: String) throws {
    let problem =
      try family == "dualpipe"
      ? Problem.bidirectional(devices: 8, microbatches: 20) : .v(devices: 8, microbatches: 20)
    let orders = try Families.named(family).orders(for: problem)
    #expect(!orders.pairs.isEmpty)
    for position in orders.pairs {
      let (first, second) = (orders.operations[position], orders.operations[position + 1])
      #expect(first.kind == .forward && second.kind == .backward)
      #expect(first.microbatch != second.microbatch)
    }
  }

  @Test("fewer than 2p microbatches are refused")
  func fewMicrobatches() throws {
    #expect(throws: FamilyError.needsMicrobatches(family: "DualPipeV", least: 8, found: 7)) {
      try Families.named("dualpipe-v").orders(for: .v(devices: 4, microbatches: 7))
    }
    #expect(throws: FamilyError.needsMicrobatches(family: "DualPipe", least: 8, found: 6)) {
      try Families.named("dualpipe").orders(for: .bidirectional(devices: 4, microbatches: 6))
    }
  }
}
