import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Hanayo and Chimera meet their closed forms")
struct WaveFormTests {
  @Test(
    "Chimera: makespan bubble (p-2)/(2m+p-2) for F = BW and p | m, as the paper says",
    arguments: [(2, 2), (2, 6), (4, 4), (4, 12), (6, 6), (8, 8), (8, 32), (16, 16)])
  func chimera(p: Int, m: Int) throws {
    let timeline = try timeline("chimera", devices: p, microbatches: m, times: (2, 1, 1))
    #expect(timeline.makespan == Double(2 * m + p - 2) * 2)
    #expect(timeline.summary.makespanBubble.isNear(Double(p - 2) / Double(2 * m + p - 2)) || p == 2)
    // Table 2 of the paper: between p/2+1 and p activations.
    #expect(timeline.peakMemory.max() == Double(p))
    #expect(timeline.peakMemory.min() == Double(p / 2 + 1))
  }

  // With B+W = 2F, m = p: the paper's (p-2)/(1.5m+p-2). Longer batches: forwards wait for the longer backwards
  // once in every p microbatches.
  @Test(
    "Chimera: idle (p-2)(F+(B+W-F)m/p), and Hanayo 2(p-1)/(p-2) times that of its chunks",
    arguments: [4, 6, 8])
  func longBackward(p: Int) throws {
    for rounds in 1...3 {
      for (f, b, w) in [(1.0, 1.0, 1.0), (10, 14, 7)] {
        let wait = f + (b + w - f) * Double(rounds)
        let chimera = try timeline("chimera", devices: p, microbatches: rounds * p, times: (f, b, w))
        #expect(chimera.makespan == Double(rounds * p) * (f + b + w) + Double(p - 2) * wait)
        for waves in 1...2 {
          let hanayo = try timeline(
            "hanayo", devices: p, microbatches: rounds * p, chunks: 2 * waves, times: (f, b, w))
          let work = Double(2 * waves * rounds * p) * (f + b + w)
          #expect(hanayo.makespan.isNear(work + Double(2 * (p - 1)) * wait))
        }
      }
    }
  }

  @Test("Chimera fills the wait of the first device's first microbatch with the other direction")
  func chimeraOrder() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 4).arranged(.bidirectional, chunks: 1)
    let orders = try Families.named("chimera").orders(for: problem)
    // By hand, in cells of F = BW: from device 0 on go 0 and 1, from device 3 on 2 and 3.
    let order = orders[Device.ID(0)].map { "\($0.kind.symbol)\($0.microbatch)@\($0.stage)" }
    #expect(
      order.joined(separator: " ") == "F0@0 F1@0 F2@3 BW2@3 F3@3 BW3@3 BW0@0 BW1@0")
  }

  @Test(
    "Hanayo: idle 2(p-1) chunk forwards for F = BW and p | m, with any number of waves",
    arguments: [(1, 3), (2, 2), (2, 4), (3, 6), (4, 4), (4, 16), (8, 8), (8, 24)])
  func hanayo(p: Int, m: Int) throws {
    for waves in 1...3 {
      let timeline = try timeline(
        "hanayo", devices: p, microbatches: m, chunks: 2 * waves, times: (2, 1, 1))
      #expect(timeline.makespan == Double(4 * waves * m + 2 * (p - 1)) * 2)
      #expect(timeline.peakMemory.max() == Double(2 * waves * p))
    }
  }

  @Test("One wave of Hanayo is as long as Chimera but for a forward and a backward of one chunk")
  func oneWave() throws {
    for p in [2, 4, 8] {
      let hanayo = try timeline("hanayo", devices: p, microbatches: p, chunks: 2, times: (1, 0.5, 0.5))
      let chimera = try timeline("chimera", devices: p, microbatches: p, times: (2, 1, 1))
      // Chimera's stage is two of Hanayo's chunks.
      #expect(hanayo.makespan - chimera.makespan == 2)
    }
  }
}
