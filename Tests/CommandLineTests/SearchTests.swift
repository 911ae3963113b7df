import Foundation
import Testing

@Suite("pipeloom search")
struct SearchTests {
  /// F = B = W = 1 for 4 devices and 8 microbatches under a limit, searched by a number of moves.
  private static let small = [
    "search", "--devices", "4", "--microbatches", "8", "--iterations", "20000",
  ]

  /// The figures of the machine form.
  private func summary(_ arguments: [String], in workspace: Workspace) throws -> [String: Any] {
    let outcome = try workspace.pipeloom(arguments + ["--json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONSerialization.jsonObject(with: Data(outcome.text.utf8)) as? [String: Any]
    return try #require(report?["summary"] as? [String: Any])
  }

  @Test("meets the known optima below 1F1B's memory", arguments: [("0.75x", 31.0), ("0.5x", 41), ("1x", 27)])
  func knownOptima(limit: String, optimum: Double) throws {
    let workspace = try Workspace()
    let summary = try summary(
      Self.small + ["--objective", "period", "--memory-limit", limit], in: workspace)
    #expect(summary["period"] as? Double == optimum)
  }

  @Test("writes a schedule that the checker accepts, certificate included")
  func writesCheckedSchedule() throws {
    let workspace = try Workspace()
    let outcome = try workspace.pipeloom(Self.small + ["--memory-limit", "3", "-o", "best.json"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let check = try workspace.pipeloom("check", "best.json")
    #expect(check.status == 0, "\(check.text)")
    #expect(try workspace.text("best.json").contains("\"command\": \"search\""))
  }

  @Test("gives the same file for the same seed and number of moves")
  func deterministic() throws {
    let workspace = try Workspace()
    for name in ["a.json", "b.json"] {
      let outcome = try workspace.pipeloom(
        [
          "search", "uneven-ends-8x24", "--memory-limit", "0.8x", "--iterations", "3000", "--seed", "5", "-o",
          name,
        ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try workspace.data("a.json") == workspace.data("b.json"))
  }

  @Test("is never worse than a named family", arguments: ["makespan", "period"])
  func neverWorse(objective: String) throws {
    let workspace = try Workspace()
    for family in ["gpipe", "1f1b", "zb-h1", "zb-h2"] {
      let named = try summary(["generate", family, "uneven-ends-8x24"], in: workspace)
      let found = try summary(
        ["search", "uneven-ends-8x24", "--iterations", "100", "--objective", objective], in: workspace)
      let (value, best) = (
        try #require(named[objective] as? Double), try #require(found[objective] as? Double)
      )
      #expect(best <= value)
    }
  }

  @Test("refuses a limit that no schedule meets, with the least that would do")
  func infeasible() throws {
    let workspace = try Workspace()
    let outcome = try workspace.pipeloom(Self.small + ["--memory-limit", "0.9"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "pipeloom: --memory-limit: expected at least 1, which one microbatch needs on device 0, found 0.9\n"
    )
  }

  @Test("fuses backward passes when asked to")
  func fused() throws {
    let workspace = try Workspace()
    let outcome = try workspace.pipeloom(Self.small + ["--backward", "fused", "-o", "best.json"])
    #expect(outcome.status == 0)
    let text = try workspace.text("best.json")
    #expect(text.contains("\"op\": \"BW\"") && !text.contains("\"op\": \"W\""))
  }

  /// Interrupts a search that would take long, as soon as it listens.
  private func interrupted(_ flags: String, in workspace: Workspace) throws -> Program.Outcome {
    try workspace.shellWithSignals(
      """
      "$pipeloom" search zero-bubble-14.6b --time-limit 50 \(flags) & program=$!
      await $program
      kill -INT $program
      wait $program; echo "status $?"
      """)
  }

  @Test("ends at an interrupt with the best schedule so far", .enabled(if: Workspace.canAwaitSignals))
  func interrupt() throws {
    let workspace = try Workspace()
    let outcome = try interrupted("--memory-limit 0.5x -o best.json", in: workspace)
    #expect(outcome.text.contains("Written to best.json") && outcome.text.hasSuffix("status 0\n"))
    #expect(try workspace.pipeloom("check", "best.json").status == 0)
  }

  @Test("ends a sweep, and leaves the proof out, at an interrupt", .enabled(if: Workspace.canAwaitSignals))
  func interruptOfMore() throws {
    let workspace = try Workspace()
    let sweep = try interrupted("--sweep-memory 0.5x:0.6x:0.02x", in: workspace)
    // A heading, the limit at which it came, and the exit status.
    #expect(sweep.text.split(separator: "\n").count == 3, "\(sweep.text)")
    let proof = try interrupted("--memory-limit 0.5x --prove", in: workspace)
    #expect(proof.text.contains("lowerBound") && !proof.text.lowercased().contains("proved"))
  }

  @Test("says of which objective the gap is")
  func objective() throws {
    let workspace = try Workspace()
    let period = try workspace.pipeloom(Self.small + ["--objective", "period"])
    #expect(period.text.contains("optimal: gap 0 (of the period)"))
    let makespan = try workspace.pipeloom(Self.small)
    #expect(makespan.text.contains("optimal: gap 0\n"))
  }

  @Test("sweeps memory limits, prints what each buys and draws the curve")
  func sweep() throws {
    let workspace = try Workspace()
    let outcome = try workspace.pipeloom(
      Self.small + ["--sweep-memory", "0.2x:1.2x:0.25x", "-o", "curve.svg"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines[1].contains("0.2x") && lines[1].contains("needs 1"))
    #expect(try workspace.text("curve.svg").components(separatedBy: "id=\"point.").count == 5)
    let wrong = try workspace.pipeloom(Self.small + ["--sweep-memory", "2x:1x:0.25x"])
    #expect(wrong.status == 64)
  }
}
