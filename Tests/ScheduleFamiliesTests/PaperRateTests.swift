import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("The zero-bubble paper's rates to four decimals")
struct PaperRateTests {
  @Test("of fixed orders", arguments: ZeroBubbleProfile.all.map(\.name), ["1f1b", "zb-h1", "zb-h2"])
  func rate(profile: String, family: String) throws {
    try expectRate(of: profile, printedFor: family, family: family)
  }

  @Test(
    "of the automatic order under 1F1B's memory and twice as much",
    arguments: ZeroBubbleProfile.all.map(\.name), [("zb-1p", 1), ("zb-2p", 2)])
  func automatic(profile: String, limit: (printedFor: String, multiple: Double)) throws {
    try expectRate(of: profile, printedFor: limit.printedFor, family: "zb-auto", multiple: limit.multiple)
  }

  private func expectRate(
    of profile: String, printedFor column: String, family: String, multiple: Double? = nil
  ) throws {
    let row = try #require(ZeroBubbleProfile.all.first { $0.name == profile })
    let problem = try row.problem(memoryLimit: multiple.map { $0 * Double(row.devices) })
    let orders = try Families.named(family).orders(for: problem)
    let rate = try Timeline(Schedule(problem: problem, orders: orders)).summary.spanBubble
    #expect((rate * 10_000).rounded() / 10_000 == row.rates[column])
  }
}
