import Foundation
import TestSupport
import Testing

/// Schedules whose stages recompute and offload: what `simulate`, `compare` and `check` say of them.
@Suite("Modes on the command line")
struct ModeTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("Every bubble has the share of recomputing beside it, and hosts their figures")
  func reports() throws {
    let text = try workspace.pipeloom("simulate", "-", "-o", "s.json", input: ModeSample.schedule)
    text.expectSuccess()
    for bubble in ["makespanBubble", "periodBubble", "spanBubble"] {
      #expect(text.text.contains("\(bubble) 4.35 %, recomputeShare 15.15 %"), "\(bubble)")
    }
    #expect(text.text.contains("66 of work, 3 of transfers to and from hosts"))
    let json = try workspace.pipeloom("simulate", "s.json", "--json")
    let summary = try #require(try json.object()["summary"] as? [String: Any])
    #expect(summary["makespan"] as? Double == 69)
    #expect(summary["recomputeShare"] as? Double == 10.0 / 66)
    #expect(summary["peakMemory"] as? [Double] == [8])
    #expect(summary["peakHostMemory"] as? [Double] == [4])
    #expect(summary["hostBusy"] as? [Double] == [3.0 / 69])
    let comparison = try workspace.pipeloom("compare", "s.json")
    comparison.expectSuccess()
    #expect(comparison.text.contains("recomputeShare"))
    let check = try workspace.pipeloom("check", "s.json")
    check.expectSuccess()
    #expect(
      check.text.contains("no violations in 8 operations: operations, order, memory, times, summary verified")
    )
  }

  @Test(
    "What a file gets wrong about modes is one line",
    arguments: [
      (
        #"      {"op": "R", "stage": 0, "microbatch": 1},"# + "\n", "",
        "device 0: R(stage 0, microbatch 1) is missing"
      ),
      (
        #""mode": "full""#, #""mode": "plain""#,
        "R(stage 0, microbatch 1) names a pass that the stage does not have"
      ),
      (
        #""modesPer": "microbatch""#, #""modesPer": "stage""#,
        #"stage 0 is in modes "full" and "host", but modesPer is stage: expected one"#
      ),
    ])
  func violations(truth: String, lie: String, line: String) throws {
    #expect(ModeSample.schedule.contains(truth))
    let text = ModeSample.schedule.replacingOccurrences(of: truth, with: lie)
    let outcome = try workspace.pipeloom("check", "-", input: text)
    #expect(outcome.status == 1)
    #expect(outcome.text.contains(line))
  }

  @Test("A mode that a stage lacks is refused, and those that it has are named")
  func unknownMode() throws {
    let text = ModeSample.schedule.replacingOccurrences(of: #""mode": "full""#, with: #""mode": "half""#)
    let outcome = try workspace.pipeloom("check", "-", input: text)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(#"expected a mode of the stage (plain, full, host), found "half""#))
  }
}
