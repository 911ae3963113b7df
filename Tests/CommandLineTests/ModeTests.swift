import Foundation
import Testing

/// Schedules whose stages recompute and offload: what `simulate`, `compare` and `check` say of them.
@Suite("Modes on the command line")
struct ModeTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// By hand: F 0 until 10 and its 4 with the host until 13, F 1 until 20, R 1 until 30, B 1 and W 1 until 48, L 0 until
  /// 51, B 0 and W 0 until 69: 66 of work, of which 10 are recomputed, 3 idle.
  private static let schedule = """
    {
      "pipeloom": "schedule/1",
      "problem": {"pipeloom": "problem/1", "devices": 1, "microbatches": 2, "memoryLimit": 10,
        "host": {"bandwidth": 2, "latency": 1}, "modesPer": "microbatch",
        "stages": [{"forward": 10, "backwardInput": 11, "backwardWeight": 7, "activationForB": 6, "activationForW": 2.4,
          "modes": [{"name": "full", "checkpoint": 1, "recompute": 10}, {"name": "host", "offload": 4}]}]},
      "devices": [
        {"device": 0, "operations": [
          {"op": "F", "stage": 0, "microbatch": 0, "mode": "host"},
          {"op": "F", "stage": 0, "microbatch": 1, "mode": "full"},
          {"op": "R", "stage": 0, "microbatch": 1},
          {"op": "B", "stage": 0, "microbatch": 1},
          {"op": "W", "stage": 0, "microbatch": 1},
          {"op": "L", "stage": 0, "microbatch": 0},
          {"op": "B", "stage": 0, "microbatch": 0},
          {"op": "W", "stage": 0, "microbatch": 0}
        ]}
      ]
    }
    """

  @Test("Every bubble has the share of recomputing beside it, and hosts their figures")
  func reports() throws {
    let text = try workspace.pipeloom("simulate", "-", "-o", "s.json", input: Self.schedule)
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
    #expect(Self.schedule.contains(truth))
    let text = Self.schedule.replacingOccurrences(of: truth, with: lie)
    let outcome = try workspace.pipeloom("check", "-", input: text)
    #expect(outcome.status == 1)
    #expect(outcome.text.contains(line))
  }

  @Test("A mode that a stage lacks is refused, and those that it has are named")
  func unknownMode() throws {
    let text = Self.schedule.replacingOccurrences(of: #""mode": "full""#, with: #""mode": "half""#)
    let outcome = try workspace.pipeloom("check", "-", input: text)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(#"expected a mode of the stage (plain, full, host), found "half""#))
  }
}
