import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Families on a loop of equal chunks meet their closed forms")
struct LoopFormTests {
  static let sizes = [(1, 3), (2, 2), (2, 5), (4, 4), (4, 7), (4, 8), (4, 13), (8, 8), (8, 15), (8, 24)]

  @Test(
    "idle time (p-1)(F+B+W) of a chunk for m >= p",
    arguments: ["interleaved", "interleaved-overlap", "looped-bfs"], sizes)
  func idle(family: String, size: (Int, Int)) throws {
    let (p, m) = size
    for chunks in 2...4 {
      let timeline = try timeline(
        family, devices: p, microbatches: m, chunks: chunks, times: (10, 14, 7))
      #expect(timeline.makespan.isNear(Double(chunks * m + p - 1) * 31))
      let bubble = Double(p - 1) / Double(chunks * m + p - 1)
      #expect(timeline.summary.makespanBubble.isNear(bubble))
    }
  }

  @Test(
    "interleaved 1F1B holds min(2(p-1)+(v-1)g+1, vm) chunks", arguments: [(4, 4), (4, 8), (8, 8), (8, 32)])
  func peak(p: Int, m: Int) throws {
    for chunks in 2...3 {
      for size in [p, m] {
        let held = 2 * (p - 1) + (chunks - 1) * size + 1
        for (family, extra) in [("interleaved", 0), ("interleaved-overlap", 1)] {
          let timeline = try timeline(
            family, devices: p, microbatches: m, chunks: chunks, groupSize: size)
          #expect(timeline.peakMemory.max() == Double(min(held + extra, chunks * m)))
        }
      }
    }
  }

  @Test("looped BFS holds everything", arguments: sizes)
  func peakOfBreadthFirst(p: Int, m: Int) throws {
    #expect(
      try timeline("looped-bfs", devices: p, microbatches: m, chunks: 3).peakMemory.max() == Double(3 * m))
  }

  @Test("interleaved zero bubble: 3vm+p-1 for F = B = W = 1 and m >= p", arguments: sizes)
  func zeroBubble(p: Int, m: Int) throws {
    for chunks in 1...4 {
      let timeline = try timeline("interleaved-zb", devices: p, microbatches: m, chunks: chunks)
      #expect(timeline.makespan == Double(3 * chunks * m + p - 1))
      if m.isMultiple(of: p) { #expect(timeline.peakMemory.max() == Double(chunks * p)) }
    }
  }

  @Test(
    "grouped interleaved, two chunks in groups of p: idle (p-1)(F+B), 2p chunks held",
    arguments: [(2, 4), (4, 8), (4, 16), (8, 16), (8, 24), (16, 32)])
  func grouped(p: Int, m: Int) throws {
    let times = (forward: 10.0, backwardInput: 14.0, backwardWeight: 7.0)
    let timeline = try timeline("grouped-interleaved", devices: p, microbatches: m, chunks: 2, times: times)
    #expect(timeline.makespan == Double(2 * m) * 31 + Double(p - 1) * 24)
    #expect(timeline.peakMemory.max() == Double(2 * p))
  }

  @Test("grouped interleaved holds 1.5p chunks in groups of p/2", arguments: [(4, 8), (8, 16), (16, 48)])
  func halfGroups(p: Int, m: Int) throws {
    let timeline = try timeline(
      "grouped-interleaved", devices: p, microbatches: m, chunks: 2, groupSize: p / 2)
    #expect(timeline.peakMemory.max() == 1.5 * Double(p))
  }
}
