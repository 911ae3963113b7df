import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Families reproduce the results of published generators")
struct PublishedFamilyTests {
  @Test(
    "makespan, longest span and peak memory of every row",
    arguments: [
      ("1f1b", 21), ("interleaved", 21), ("grouped-interleaved", 42), ("zb-h1", 21), ("zb-h1-light", 21),
      ("zb-h2", 21),
      ("zb-auto", 154),
    ])
  func rows(scheduler: String, count: Int) throws {
    let family = try Families.named(scheduler)
    let rows = PublishedFamily.rows(of: scheduler)
    #expect(rows.count == count)
    for row in rows {
      let problem = try row.problem()
      let orders = try family.orders(for: problem, parameters: FamilyParameters(groupSize: row.groupSize))
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let found = [timeline.makespan, timeline.summary.longestDeviceSpan, timeline.peakMemory.max() ?? 0]
      for (found, expected) in zip(found, [row.makespan, row.longestDeviceSpan, row.peakMemory]) {
        #expect(abs(found - expected) <= 1e-6 * expected, "\(row.name): \(found), expected \(expected)")
      }
    }
  }
}
