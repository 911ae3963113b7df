import Foundation
import Testing

/// `simulate`: the same orders under the same and under other problems.
@Suite("pipeloom simulate")
struct SimulateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let reportKeys: Set<String> = [
    "title", "problem", "summary", "devices", "criticalPath", "lowerBoundArgument",
  ]
  private static let summaryKeys: Set<String> = [
    "makespan", "period", "longestDeviceSpan", "makespanBubble", "periodBubble", "spanBubble", "imbalance",
    "peakMemory", "objective", "lowerBound", "gap", "optimal",
  ]

  @Test("Under its own problem a schedule keeps every byte", arguments: GenerateTests.families)
  func roundTrip(family: String) throws {
    let file = try workspace.generate(family, "uneven-ends-8x24", to: "s.json")
    try workspace.pipeloom("simulate", "s.json", "-o", "again.json").expectSuccess()
    #expect(try workspace.data("again.json") == file)
  }

  /// 1F1B by hand: device 0 runs `F0 F1 BW0 F2 BW1 F3 BW2 BW3`, the last three from 7, 10 and 13 on.
  @Test("Jobs that microbatches belong to are reported with their starts and ends, and kept")
  func jobs() throws {
    try workspace.write(
      """
      {"pipeloom": "problem/1", "devices": 2,
       "microbatches": [{"job": "a"}, {"job": "a"}, {"job": "b"}, {"name": "spare"}],
       "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]}
      """, to: "p.json")
    let report = try workspace.pipeloom("generate", "1f1b", "p.json", "--json", "-o", "s.json")
    report.expectSuccess()
    let jobs = try #require(try report.object()["jobs"] as? [[String: Any]])
    #expect(jobs.map { $0["job"] as? String } == ["a", "b"])
    #expect(jobs.map { $0["microbatches"] as? Int } == [2, 1])
    #expect(jobs.map { $0["start"] as? Double } == [0, 6])
    #expect(jobs.map { $0["end"] as? Double } == [9, 12])
    #expect(try workspace.text("s.json").contains(#"{"scale": 1, "job": "a"}"#))
    let shown = try workspace.pipeloom("simulate", "s.json")
    #expect(shown.text.contains("  a               2      0    9\n"), "\(shown.text)")
  }

  @Test("The reports of generate and simulate are the same, for people and machines")
  func reports() throws {
    let generated = try workspace.pipeloom("generate", "zb-h1", "uniform-4x8", "--json", "-o", "s.json")
    let simulated = try workspace.pipeloom("simulate", "s.json", "--json")
    simulated.expectSuccess()
    #expect(simulated.output == generated.output)
    let report = try simulated.object()
    #expect(Set(report.keys) == Self.reportKeys)
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(Set(summary.keys) == Self.summaryKeys)
    #expect((report["devices"] as? [Any])?.count == 4)
    let text = try workspace.pipeloom("simulate", "s.json")
    text.expectSuccess()
    for name in Self.summaryKeys.subtracting(["objective", "optimal"]) { #expect(text.text.contains(name)) }
    #expect(text.text.hasPrefix("ZB-H1 · uniform"))
  }

  @Test("Slower links move the makespan by the links on the critical path")
  func latency() throws {
    try workspace.generate("gpipe", "--devices", "4", "--microbatches", "8", to: "s.json")
    let slower = ProblemText.plain.setting("devices", "4").setting("microbatches", "8")
      .setting("stages", #"[{"repeat": 4, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]"#)
      .setting("communication", "10")
    let outcome = try workspace.pipeloom(
      "simulate", "s.json", "--problem", "-", "--json", "-o", "t.json", input: slower.yaml)
    outcome.expectSuccess()
    let summary = try #require(try outcome.object()["summary"] as? [String: Any])
    // (m + p - 1)(F + B + W), and three links there and back.
    #expect(summary["makespan"] as? Double == 93)
    try workspace.pipeloom("check", "t.json").expectSuccess()
  }

  @Test("A problem with other devices, stages or microbatches does not fit the orders")
  func otherShape() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    try workspace.pipeloom("simulate", "s.json", "--problem", "uniform-8x24")
      .expectRefusal(
        Status.badInput, naming: ["uniform-8x24: expected 4 devices, one per order of s.json, found 8"])
    let four = ProblemText.plain.setting("devices", "4")
      .setting("stages", #"[{"repeat": 4, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]"#)
    try workspace.pipeloom("simulate", "s.json", "--problem", "-", input: four.yaml)
      .expectRefusal(Status.badInput, naming: ["s.json", "microbatch 4) is no operation of the problem"])
    try workspace.pipeloom(
      "simulate", "s.json", "--problem", "-", input: four.setting("microbatches", "9").yaml
    )
    .expectRefusal(Status.badInput, naming: ["s.json", "microbatch 8) is missing"])
  }
}
