import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

/// "Zero Bubble Pipeline Parallelism" (Qi et al., ICLR 2024, arXiv 2401.10241): profiled times in ms and the
/// bubble rates printed for them.
@Suite("The zero-bubble paper's rates to four decimals")
struct PaperRateTests {
  struct Row: Sendable {
    var p: Int, m: Int
    var f: Double, b: Double, w: Double, c: Double
    var oneForwardOneBackward: Double, h1: Double, h2: Double
  }

  static let rows = [
    Row(
      p: 8, m: 24, f: 18.522, b: 18.086, w: 9.337, c: 0.601, oneForwardOneBackward: 0.2431, h1: 0.1585,
      h2: 0.1083),
    Row(
      p: 8, m: 32, f: 18.513, b: 18.086, w: 9.331, c: 0.626, oneForwardOneBackward: 0.1985, h1: 0.1242,
      h2: 0.0837),
    Row(
      p: 8, m: 64, f: 18.546, b: 18.097, w: 9.321, c: 0.762, oneForwardOneBackward: 0.124, h1: 0.0674,
      h2: 0.0444),
    Row(
      p: 8, m: 24, f: 29.718, b: 29.444, w: 19.927, c: 0.527, oneForwardOneBackward: 0.2347, h1: 0.1323,
      h2: 0.0698),
    Row(
      p: 8, m: 32, f: 29.802, b: 29.428, w: 19.53, c: 0.577, oneForwardOneBackward: 0.1898, h1: 0.1045,
      h2: 0.0559),
    Row(
      p: 8, m: 64, f: 29.935, b: 29.621, w: 19.388, c: 0.535, oneForwardOneBackward: 0.1091, h1: 0.0554,
      h2: 0.0294),
    Row(
      p: 16, m: 48, f: 11.347, b: 11.248, w: 8.132, c: 0.377, oneForwardOneBackward: 0.2552, h1: 0.1397,
      h2: 0.0672),
  ]

  @Test(arguments: rows)
  func rates(row: Row) throws {
    let problem = try Problem.uniform(
      devices: row.p, microbatches: row.m, forward: row.f, backwardInput: row.b, backwardWeight: row.w,
      communication: row.c)
    for (name, printed) in [("1f1b", row.oneForwardOneBackward), ("zb-h1", row.h1), ("zb-h2", row.h2)] {
      let words = try Families.named(name).words(for: problem)
      let rate = try Timeline(Schedule(problem: problem, words: words)).summary.spanBubble
      #expect((rate * 10_000).rounded() / 10_000 == printed, "\(name)")
    }
  }
}
