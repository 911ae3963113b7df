import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("V-Half and V-Min")
struct ControllableMemoryTests {
  static let rows = ["v-half", "v-min"].flatMap { PublishedFamily.rows(of: $0) }

  @Test("are as long and hold as much as the published programs' orders", arguments: rows.map(\.name))
  func published(name: String) throws {
    let row = try #require(Self.rows.first { $0.name == name })
    let timeline = try Timeline(row.scheduler, row.problem())
    #expect(timeline.makespan == row.makespan)
    #expect(timeline.summary.longestDeviceSpan == row.longestDeviceSpan)
    #expect(timeline.peakMemory.max() == row.peakMemory)
  }

  @Test("hold 2((p+2) div 2) and 2((p+4) div 3) activations", arguments: 2...16)
  func peak(p: Int) throws {
    let problem = try Problem.v(devices: p, microbatches: 3 * p)
    #expect(try Timeline("v-half", problem).peakMemory.max() == Double(2 * ((p + 2) / 2)))
    #expect(try Timeline("v-min", problem).peakMemory.max() == Double(2 * ((p + 4) / 3)))
  }

  /// schedules.md of the project's reference study: three quarters of 1F1B's peak at these sizes, about two
  /// thirds in the end.
  @Test("1F1B-V holds less than 1F1B and is no longer", arguments: [(4, 6), (8, 12)])
  func fusedBackwards(p: Int, peak: Int) throws {
    let m = 4 * p
    let timeline = try Timeline("1f1b-v", .v(devices: p, microbatches: m))
    #expect(timeline.peakMemory.max() == Double(peak))
    #expect(timeline.makespan < Double(6 * (m + p - 1)))
    #expect(timeline.schedule.orders.operations.allSatisfy { [.forward, .backward].contains($0.kind) })
  }

  @Test("run with any number of microbatches", arguments: 1...9)
  func fewMicrobatches(m: Int) throws {
    for p in [1, 2, 3, 6, 7] {
      let problem = try Problem.v(devices: p, microbatches: m)
      #expect(try Timeline("v-half", problem).makespan >= Double(6 * m))
      #expect(try Timeline("v-min", problem).makespan >= Double(6 * m))
      #expect(try Timeline("1f1b-v", problem).makespan >= Double(6 * m))
    }
  }
}
