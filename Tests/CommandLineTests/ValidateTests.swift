import Foundation
import Testing

@Suite("pipeloom validate")
struct ValidateTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.table, to: "runs.csv")
  }

  /// One device with F 4 and B 6 ms: m microbatches take 10 m, and 2 m - 1 gaps. The first three runs have gaps of 500 us,
  /// the two held out of 600 and 400.
  private static let table = """
    run,split,schedule,kind,microbatches,measured_s,forward_0_ms,backward_ms_0
    a,shown,1f1b,x,4,0.0435,4,6
    b,shown,1F1B,y,8,0.0875,4,6
    c,shown,1f1b,x,16,0.1755,4,6
    d,holdout,1f1b,y,10,0.1114,4,6
    e,holdout,gpipe,x,10,0.1076,4,6

    """

  private func table(_ part: String, _ replacement: String) throws {
    try workspace.write(Self.table.replacingOccurrences(of: part, with: replacement), to: "runs.csv")
  }

  private func validate(_ arguments: String...) throws -> Program.Outcome {
    try workspace.pipeloom(["validate", "runs.csv"] + arguments)
  }

  private func number(_ report: [String: Any], _ keys: String...) -> Double {
    var value: Any? = report
    for key in keys { value = (value as? [String: Any])?[key] }
    return value as? Double ?? .nan
  }

  @Test("runs are compared as they are unless something is to be calibrated")
  func asIs() throws {
    let report = try validate("--json").object()
    #expect((report["calibration"] as? [String: Any])?.isEmpty == true)
    #expect(report["trials"] == nil && report["starts"] == nil)
    let runs = try #require(report["runs"] as? [[String: Any]])
    let measured: [Double] = [43.5, 87.5, 175.5, 111.4, 107.6]
    let predicted: [Double] = [40, 80, 160, 100, 100]
    #expect(runs.map { $0["run"] as? String } == ["a", "b", "c", "d", "e"])
    #expect(runs.map { $0["measured"] as? Double } == measured)
    #expect(runs.map { $0["predicted"] as? Double } == predicted)
    #expect(runs.map { $0["holdout"] as? Bool } == [false, false, false, true, true])
    let errors = zip(measured, predicted).map { 1 - $1 / $0 }
    for (run, error) in zip(runs, errors) { #expect(abs((run["error"] as? Double ?? 0) + error) < 1e-12) }
    #expect(abs(number(report, "overall", "mean") - errors.reduce(0, +) / 5) < 1e-12)
    #expect(abs(number(report, "heldOut", "worst") - errors[3]) < 1e-12)
    let outcome = try validate()
    outcome.expectSuccess()
    // Times in the unit of the column with what was measured.
    for text in ["5 runs, times in s", "0.0435", "-8.05 %", "held out"] {
      #expect(outcome.text.contains(text))
    }
    #expect(!outcome.text.contains("fitted"))
  }

  @Test("a gap fitted on the runs shown is told apart from what it does to those held out")
  func calibrated() throws {
    let report = try validate("--calibrate", "gap", "--json").object()
    #expect(abs(number(report, "calibration", "gap") - 0.5) < 1e-4)
    #expect(report["unit"] as? String == "ms" && report["overall"] == nil)
    #expect((report["fitted"] as? [String: Any])?["count"] as? Int == 3)
    #expect(number(report, "fitted", "worst") < 1e-5)
    let heldOut: Double = (109.5 / 107.6 - 109.5 / 111.4) / 2
    #expect(abs(number(report, "heldOut", "mean") - heldOut) < 1e-5)
    let trials = try #require(report["trials"] as? [[String: Any]])
    #expect(trials.map { $0["calibrate"] as? String } == ["none", "gap", "step", "all"])
    let outcome = try validate("--calibrate", "gap")
    outcome.expectSuccess()
    for text in ["Calibrated on 3 runs: gap 0.5 ms", "on the runs held out", "fitted", "held out"] {
      #expect(outcome.text.contains(text), "\(text)")
    }
  }

  @Test("--holdout names another column; without runs held out the report says what its errors are worth")
  func holdout() throws {
    let report = try validate("--calibrate", "step", "--holdout", "kind:y", "--json").object()
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(runs.map { $0["holdout"] as? Bool } == [false, true, false, true, false])
    try table("holdout", "shown")
    let outcome = try validate("--calibrate", "gap")
    outcome.expectSuccess()
    #expect(
      outcome.text.contains("No run is held out: all errors are of runs that the calibration was fitted on."))
    #expect(try validate("--calibrate", "gap", "--json").object()["heldOut"] == nil)
    try validate("--calibrate", "gap", "--within", "1%")
      .expectRefusal(Status.badInput, naming: ["runs.csv", "--within", "held out"])
  }

  @Test("--within judges the mean error of the runs that tell", arguments: [("1.8%", Int32(0)), ("1.7%", 1)])
  func within(limit: String, status: Int32) throws {
    // 1.706 % and 1.766 % apart: 1.736 % on average.
    let outcome = try validate("--calibrate", "gap", "--within", limit)
    outcome.expect(status)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.text.contains(status == 0 ? "  Within 1.8 %" : "  Not within 1.7 %"))
    let asIs = try validate("--within", limit)
    asIs.expect(1)
    #expect(asIs.text.contains("the mean error of all runs"))
    let json = try validate("--calibrate", "gap", "--within", limit, "--json")
    json.expect(status)
    _ = try json.object()
  }

  @Test("a picture of every format, each run with its bars")
  func picture() throws {
    for name in ["p.svg", "p.png", "p.pdf", "p.dot"] {
      try validate("--calibrate", "gap", "-o", name).expectSuccess()
      #expect(try workspace.data(name).count > 1000)
    }
    let svg = try workspace.text("p.svg")
    for text in ["run.4.error", "Calibrated on 3 runs: gap 0.5 ms", "iteration (s)"] {
      #expect(svg.contains(text), "\(text)")
    }
    try validate("-o", "p.gif").expectRefusal(Status.usage, naming: ["p.gif"])
  }

  @Test("--schedule says what the table does not, and wins where both say it")
  func schedule() throws {
    try table("schedule", "note")
    try validate().expectRefusal(Status.usage, naming: ["runs.csv", "--schedule"])
    try validate("--schedule", "1f1b").expectSuccess()
    try validate("--schedule", "2f2b").expectRefusal(Status.usage, naming: ["2f2b"])
    try table("gpipe", "2f2b")
    try validate().expectRefusal(Status.badInput, naming: ["runs.csv:6", "schedule", "2f2b"])
    try validate("--schedule", "1f1b").expectSuccess()
    try validate("--schedule", "zb-h1").expectRefusal(Status.badInput, naming: ["runs.csv:2", "in parts"])
    try validate("--schedule", "interleaved")
      .expectRefusal(Status.badInput, naming: ["runs.csv:2", "loop placement with at least 2"])
  }

  @Test("tables and flags that cannot be are refused in one line")
  func refusals() throws {
    let refused = [
      ("measured_s", "took_s", ["runs.csv:1", "\"measured\""]),
      ("measured_s", "measured_d", ["runs.csv:1", "measured_d", "ns, us, ms, s"]),
      ("0.0875", "0", ["runs.csv:3", "measured_s", "above 0"]),
      ("0.0875", "-1", ["runs.csv:3", "measured_s"]), ("0.0875", "nan", ["runs.csv:3", "finite"]),
      ("0.0875", "", ["runs.csv:3", "measured_s", "empty"]),
    ]
    for (part, replacement, texts) in refused {
      try table(part, replacement)
      try validate("--calibrate", "gap").expectRefusal(Status.badInput, naming: texts)
    }
    try table("shown", "holdout")
    try validate("--calibrate", "gap").expectRefusal(Status.badInput, naming: ["runs.csv", "all held out"])
    try validate("--holdout", "nothing:x")
      .expectRefusal(Status.badInput, naming: ["--holdout", "\"nothing\"", "microbatches"])
    try validate("--holdout", "kind:z").expectRefusal(
      Status.badInput, naming: ["--holdout", "\"z\"", "\"kind\""])
    for flags in [
      ["--within", "0.5"], ["--within", "x%"], ["--holdout", "kind"], ["--calibrate", "latency"],
    ] {
      try workspace.pipeloom(["validate", "runs.csv"] + flags).expectUsage(naming: [flags[1]])
    }
    try validate("more.csv").expectRefusal(Status.usage, naming: ["one table"])
    try workspace.pipeloom("validate", "none.csv").expectRefusal(Status.missingInput, naming: ["none.csv"])
  }
}
