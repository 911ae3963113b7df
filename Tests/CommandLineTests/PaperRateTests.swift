import Foundation
import TestSupport
import Testing

@Suite("The zero-bubble paper's rates by flags")
struct PaperRateTests {
  @Test("spanBubble rounds to the printed rate", arguments: ZeroBubbleProfile.all.map(\.name))
  func rates(profile: String) throws {
    let workspace = try Workspace()
    let row = try #require(ZeroBubbleProfile.all.first { $0.name == profile })
    for family in ["1f1b", "zb-h1", "zb-h2"] {
      let outcome = try workspace.pipeloom(
        "generate", family, "--devices", "\(row.devices)", "--microbatches", "\(row.microbatches)",
        "--forward", "\(row.times[0])", "--backward-input", "\(row.times[1])",
        "--backward-weight", "\(row.times[2])", "--communication", "\(row.latency)", "--json")
      outcome.expectSuccess()
      let summary = try #require(try outcome.object()["summary"] as? [String: Any])
      let spanBubble = try #require(summary["spanBubble"] as? Double)
      #expect((spanBubble * 10_000).rounded() / 10_000 == row.rates[family], "\(family)")
    }
  }
}
