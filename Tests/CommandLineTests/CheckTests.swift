import Foundation
import Testing

/// `check`: what it says of true files and of files that lie.
@Suite("pipeloom check")
struct CheckTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("A generated schedule is verified in full")
  func generated() throws {
    try workspace.generate("zb-h1", "zero-bubble-1.5b", to: "s.json")
    let outcome = try workspace.pipeloom("check", "s.json")
    outcome.expectSuccess()
    // 8 stages, 24 microbatches, F, B and W of each.
    #expect(
      outcome.text
        == "s.json: no violations in 576 operations: operations, order, memory, times, summary verified; "
        + "bound: stated, not proved here\n")
    let json = try workspace.pipeloom("check", "s.json", "--json")
    json.expectSuccess()
    let report = try json.object()
    #expect(Set(report.keys) == ["violations", "operations", "timesRecorded", "summaryRecorded", "bound"])
    #expect(report["operations"] as? Int == 576)
    #expect((report["violations"] as? [String])?.isEmpty == true)
    #expect(report["timesRecorded"] as? Bool == true)
  }

  @Test("A pipe from generate to check")
  func piped() throws {
    let outcome = try workspace.shell("$pipeloom generate gpipe uniform-4x8 -o - | $pipeloom check -")
    outcome.expectSuccess()
    #expect(outcome.text.hasPrefix("standard input: no violations in 64 operations"))
  }

  @Test(
    "Every untrue number is found",
    arguments: [
      (#""makespan": 33"#, #""makespan": 32"#, "makespan is recorded as 32, but is 33", 1),
      (#""imbalance": 0"#, #""imbalance": 0.5"#, "imbalance is recorded as 0.5, but is 0", 1),
      (
        #""peakMemory": [4, 3"#, #""peakMemory": [5, 3"#, "device 0: peakMemory is recorded as 5, but is 4", 1
      ),
      (#""start": 0, "end": 1}"#, #""start": 0, "end": 0.5}"#, "is recorded as lasting 0.5, but lasts 1", 3),
      (#""memoryLimit": 4"#, #""memoryLimit": 3"#, "raises memory to 4, over the limit 3", 5),
    ])
  func lies(truth: String, lie: String, violation: String, count: Int) throws {
    try workspace.generate("1f1b", "uniform-4x8", "--memory-limit", "4", to: "s.json")
    let text = try workspace.text("s.json")
    let range = try #require(text.range(of: truth))
    try workspace.write(text.replacingCharacters(in: range, with: lie), to: "lie.json")
    let outcome = try workspace.pipeloom("check", "lie.json")
    outcome.expect(Status.violations)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.text.contains(violation))
    #expect(
      outcome.text.hasSuffix("lie.json: \(count) violation\(count == 1 ? "" : "s")\n"), "\(outcome.text)")
  }

  @Test("Line ends of Windows and a byte-order mark are taken")
  func lineEnds() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    let windows = "\u{FEFF}" + (try workspace.text("s.json")).replacingOccurrences(of: "\n", with: "\r\n")
    try workspace.pipeloom("check", "-", input: windows).expectSuccess()
  }
}
