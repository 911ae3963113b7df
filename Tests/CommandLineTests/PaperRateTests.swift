import Foundation
import Testing

/// "Zero Bubble Pipeline Parallelism" (Qi et al., ICLR 2024, arXiv 2401.10241): profiled times in ms and the
/// bubble rates printed for them, through the command line.
@Suite("The zero-bubble paper's rates by flags")
struct PaperRateTests {
  struct Row: Sendable {
    var p: Int, m: Int
    var costs: [String]
    /// For 1F1B, ZB-H1 and ZB-H2.
    var rates: [Double]
  }

  static let rows = [
    Row(p: 8, m: 24, costs: ["18.522", "18.086", "9.337", "0.601"], rates: [0.2431, 0.1585, 0.1083]),
    Row(p: 8, m: 32, costs: ["18.513", "18.086", "9.331", "0.626"], rates: [0.1985, 0.1242, 0.0837]),
    Row(p: 8, m: 64, costs: ["18.546", "18.097", "9.321", "0.762"], rates: [0.124, 0.0674, 0.0444]),
    Row(p: 8, m: 24, costs: ["29.718", "29.444", "19.927", "0.527"], rates: [0.2347, 0.1323, 0.0698]),
    Row(p: 8, m: 32, costs: ["29.802", "29.428", "19.53", "0.577"], rates: [0.1898, 0.1045, 0.0559]),
    Row(p: 8, m: 64, costs: ["29.935", "29.621", "19.388", "0.535"], rates: [0.1091, 0.0554, 0.0294]),
    Row(p: 16, m: 48, costs: ["11.347", "11.248", "8.132", "0.377"], rates: [0.2552, 0.1397, 0.0672]),
  ]

  @Test("spanBubble rounds to the printed rate", arguments: rows)
  func rates(row: Row) throws {
    let workspace = try Workspace()
    for (family, rate) in zip(["1f1b", "zb-h1", "zb-h2"], row.rates) {
      let outcome = try workspace.pipeloom(
        "generate", family, "--devices", "\(row.p)", "--microbatches", "\(row.m)", "--forward", row.costs[0],
        "--backward-input", row.costs[1], "--backward-weight", row.costs[2], "--communication", row.costs[3],
        "--json")
      outcome.expectSuccess()
      let summary = try #require(try outcome.object()["summary"] as? [String: Any])
      let spanBubble = try #require(summary["spanBubble"] as? Double)
      #expect((spanBubble * 10_000).rounded() / 10_000 == rate, "\(family)")
    }
  }
}
