import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("ZB-V auto")
struct ZeroBubbleVAutoTests {
  static let rows = PublishedFamily.rows(of: "zbv")

  /// The published heuristic minimises the longest device span.
  @Test("is never longer than the published heuristic, within the same memory", arguments: rows.map(\.name))
  func published(name: String) throws {
    let row = try #require(Self.rows.first { $0.name == name })
    let timeline = try Timeline("zb-v-auto", row.problem())
    #expect(timeline.summary.longestDeviceSpan <= row.longestDeviceSpan)
    #expect(timeline.makespan <= row.makespan)
    #expect(try #require(timeline.peakMemory.max()) <= row.peakMemory)
  }

  @Test(
    "leaves no bubble in any span for F = B = W and m >= 2p", arguments: [(1, 2), (4, 8), (8, 24), (16, 32)])
  func equalTimes(p: Int, m: Int) throws {
    let timeline = try Timeline("zb-v-auto", .v(devices: p, microbatches: m))
    #expect(timeline.summary.spanBubble == 0)
    #expect(timeline.makespan == Double(6 * m + p - 1))
  }

  @Test("has no longer span than ZB-V on any chunks, and keeps to the limit that ZB-V needs")
  func randomProblems() throws {
    var random = SeededGenerator(seed: 71)
    var shorter = 0
    for _ in 0..<20 {
      let problem = try Problem.randomV(using: &random)
      let handcrafted = try Timeline("zb-v", problem)
      let limit = try #require(handcrafted.peakMemory.max())
      let auto = try Timeline("zb-v-auto", problem.with(memoryLimit: limit))
      let (span, known) = (auto.summary.longestDeviceSpan, handcrafted.summary.longestDeviceSpan)
      #expect(span <= known * (1 + 1e-9))
      #expect(auto.peakMemory.allSatisfy { $0 <= limit * (1 + 1e-9) })
      #expect(ScheduleChecker(auto.record()).violations() == [])
      if span < known * (1 - 1e-9) { shorter += 1 }
    }
    #expect(shorter > 0)
  }

  @Test("uses memory beyond ZB-V's where there is some")
  func moreMemory() throws {
    let problem = try Problem.v(devices: 8, microbatches: 24, times: [5, 7, 3.5], communication: 1)
    let narrow = try Timeline("zb-v-auto", problem.with(memoryLimit: 16))
    let wide = try Timeline("zb-v-auto", problem.with(memoryLimit: 24))
    #expect(wide.summary.longestDeviceSpan < narrow.summary.longestDeviceSpan)
    let unlimited = try Timeline("zb-v-auto", problem)
    #expect(unlimited.schedule.orders == narrow.schedule.orders)
  }

  @Test("refuses less than 2p chunks of memory and says how much it needs")
  func tooLittleMemory() throws {
    let problem = try Problem.v(devices: 4, microbatches: 12, memoryLimit: 7.5)
    let error = FamilyError.needsMemory(
      family: "ZB-V auto", device: Device.ID(0), least: 8, limit: 7.5)
    #expect(throws: error) { try Families.named("zbv-auto").orders(for: problem) }
    #expect("\(error)" == "ZB-V auto needs a memory limit of at least 8 on device 0, found 7.5")
  }

  @Test("runs with any number of microbatches", arguments: 1...9)
  func fewMicrobatches(m: Int) throws {
    for p in 1...5 {
      let timeline = try Timeline("zb-v-auto", .v(devices: p, microbatches: m, times: [3, 4, 2]))
      let handcrafted = try Timeline("zb-v", .v(devices: p, microbatches: m, times: [3, 4, 2]))
      #expect(timeline.summary.longestDeviceSpan <= handcrafted.summary.longestDeviceSpan)
    }
  }
}
