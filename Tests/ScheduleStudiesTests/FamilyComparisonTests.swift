import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import ScheduleStudies
import TestSupport
import Testing
import Timeline

@Suite("Comparison of families")
struct FamilyComparisonTests {
  private func families(_ names: String...) throws -> [any Family] { try names.map(Families.named) }

  /// 8 equal stages over 4 devices, 8 microbatches.
  private func placed(_ placement: Placement) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(), count: 4),
      stages: Array(
        repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1, activationForW: 1), count: 8),
      microbatches: Array(repeating: Microbatch(), count: 8), placement: placement)
  }

  @Test(
    "A loop is laid out as a V for ZB-V, which takes what it takes on a V; interleaved 1F1B keeps the loop")
  func placement() throws {
    let loop = FamilyComparison(try families("zb-v", "interleaved"), problem: try placed(.loop))
    let folded = FamilyComparison(try families("zb-v", "interleaved"), problem: try placed(.v))
    #expect(loop.refusals.isEmpty && folded.refusals.isEmpty)
    #expect(loop.entries.map(\.family.name) == ["zb-v", "interleaved"])
    #expect(loop.entries.map(\.isLaidOutAnew) == [true, false])
    #expect(folded.entries.map(\.isLaidOutAnew) == [false, true])
    // Each device has 8 x 2 x 3 of work. The last of ZB-V begins after the 3 F before it, and ends as work is done
    // everywhere; interleaved 1F1B idles (p-1)(F+B+W) of one chunk.
    #expect(loop.entries.map(\.timeline.makespan) == [51, 57])
    #expect(folded.entries.map(\.timeline.makespan) == [51, 57])
  }

  @Test("Entries are the families' own schedules, the shortest first, each above its bound")
  func entries() throws {
    let comparison = FamilyComparison(Families.all, problem: try .uniform(devices: 4, microbatches: 8))
    #expect(comparison.entries.count + comparison.refusals.count == Families.all.count)
    let makespans = comparison.entries.map(\.timeline.makespan)
    #expect(makespans == makespans.sorted())
    for entry in comparison.entries {
      #expect(!entry.isLaidOutAnew)
      #expect(ScheduleChecker(entry.timeline.record(certificate: entry.proof.valid)).violations() == [])
      #expect(entry.proof.withdrawal == nil)
    }
    // 1F1B: m + p - 1 times F + B + W.
    #expect(comparison.entries.first { $0.family.name == "1f1b" }?.timeline.makespan == 33)
  }

  @Test("What does not fit is left out with the error that says why")
  func refusals() throws {
    let comparison = FamilyComparison(
      try families("gpipe", "1f1b", "dualpipe"), problem: try .uniform(devices: 3, microbatches: 8),
      memoryLimit: 3)
    #expect(comparison.entries.map(\.family.name) == ["1f1b"])
    #expect(
      comparison.refusals.map(\.reason) == [
        .family(.exceedsMemoryLimit(family: "GPipe", device: Device.ID(0), peak: 8, limit: 3)),
        .problem(ProblemError(["devices"], .odd(3))),
      ])
  }
}
