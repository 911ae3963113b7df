import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("The zero-bubble paper's rates to four decimals")
struct PaperRateTests {
  @Test(arguments: ZeroBubbleProfile.all.map(\.name), ["1f1b", "zb-h1", "zb-h2"])
  func rate(profile: String, family: String) throws {
    let row = try #require(ZeroBubbleProfile.all.first { $0.name == profile })
    let problem = try row.problem()
    let orders = try Families.named(family).orders(for: problem)
    let rate = try Timeline(Schedule(problem: problem, orders: orders)).summary.spanBubble
    #expect((rate * 10_000).rounded() / 10_000 == row.rates[family])
  }
}
