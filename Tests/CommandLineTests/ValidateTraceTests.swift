import Foundation
import Testing

@Suite("pipeloom validate, with traces")
struct ValidateTraceTests {
  private let workspace: Workspace

  /// 1F1B of two stages with F 10 and BW 20, a gap of 1 and a latency of 2, by hand: rank, name, start and duration in ms.
  private static let iteration: [(rank: Int, name: String, start: Double, duration: Double)] = [
    (0, "0F0", 0, 10), (0, "0F1", 11, 10), (0, "0B0", 45, 20), (0, "0F2", 66, 10), (0, "0B1", 77, 20),
    (0, "0B2", 111, 20),
    (1, "1F0", 12, 10), (1, "1B0", 23, 20), (1, "1F1", 44, 10), (1, "1B1", 55, 20), (1, "1F2", 78, 10),
    (1, "1B2", 89, 20),
  ]

  /// Four iterations, of which the second and fourth go on for 7 ms after their last operation, the others for 3.
  init() throws {
    workspace = try Workspace()
    for rank in 0..<2 {
      var events: [String] = []
      for number in 0..<4 {
        let first = 1000 * Double(number)
        func event(_ name: String, _ start: Double, _ duration: Double) -> String {
          #"{"ph": "X", "cat": "gpu_user_annotation", "name": "\#(name)", "pid": \#(rank), "tid": 7, "#
            + #""ts": \#(1000 * (first + start)), "dur": \#(1000 * duration)}"#
        }
        events.append(event("ProfilerStep#\(number)", 0, number.isMultiple(of: 2) ? 134 : 138))
        events += Self.iteration.filter { $0.rank == rank }.map { event($0.name, $0.start, $0.duration) }
      }
      try workspace.write(
        #"{"distributedInfo": {"rank": \#(rank)}, "traceEvents": [\#(events.joined(separator: ", "))]}"#,
        to: "rank\(rank).json")
    }
    try workspace.write(
      "run,schedule,devices,measured_ms,microbatches,forward_ms_0,backward_ms_0\n", to: "t.csv")
  }

  private func validate(_ arguments: String...) throws -> Program.Outcome {
    try workspace.pipeloom(["validate", "rank1.json", "rank0.json", "--skip", "0"] + arguments)
  }

  @Test("every other iteration is measured and predicts the rest, and each measured term is told apart")
  func heldOut() throws {
    let outcome = try validate("--json")
    outcome.expectSuccess()
    let report = try outcome.object()
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(runs.map { $0["run"] as? String } == (0..<4).map { "iteration \($0)" })
    #expect(runs.map { $0["measured"] as? Double } == [134, 138, 134, 138])
    #expect(runs.allSatisfy { abs(($0["predicted"] as? Double ?? 0) - 134) < 1e-9 })
    #expect(runs.map { $0["holdout"] as? Bool } == [false, true, false, true])
    #expect(report["overall"] == nil && report["trials"] == nil && report["unit"] as? String == "ms")
    func mean(_ part: Any?, _ side: String) -> Double {
      ((part as? [String: Any])?[side] as? [String: Any])?["mean"] as? Double ?? .nan
    }
    #expect(mean(report, "fitted") < 1e-9 && abs(mean(report, "heldOut") - 4 / 138) < 1e-9)
    let contributions = try #require(report["contributions"] as? [[String: Any]])
    #expect(
      contributions.map { $0["term"] as? String } == ["durations", "latency", "gap", "steps", "ends"])
    // Durations alone take (m + p - 1) (F + B).
    #expect(abs(mean(contributions[0], "heldOut") - (1 - 120.0 / 138)) < 1e-9)
    #expect(abs(mean(contributions[4], "heldOut") - 4 / 138) < 1e-9)
    let starts = try #require(report["starts"] as? [String: Any])
    #expect((starts["p95"] as? Double ?? 1) < 1e-9)
  }

  @Test("the error of the iterations held out decides about the exit status")
  func within() throws {
    let (met, missed) = (try validate("--within", "3%"), try validate("--within", "2.8%"))
    met.expectSuccess()
    #expect(met.text.contains("Within 3 %: the mean error of the runs held out"))
    #expect(missed.status == Status.violations && missed.text.contains("Not within 2.8 %"))
    // One iteration alone is measured, and nothing is left to test it on.
    try validate("--skip", "3").expectSuccess()
    #expect(try validate("--skip", "3").text.contains("No iteration is held out"))
    try validate("--skip", "3", "--within", "3%").expectRefusal(
      Status.badInput, naming: ["rank1.json", "a run held out"])
  }

  @Test("a picture shows an iteration as it ran above the same as predicted")
  func picture() throws {
    try validate("-o", "v.svg").expectSuccess()
    let picture = try #require(String(data: workspace.data("v.svg"), encoding: .utf8))
    for text in ["held out", "Measured", "Predicted", "iteration 138 ms", "2.9 %"] {
      #expect(picture.contains(text), "\(text)")
    }
  }

  @Test("durations of all iterations are kept as scenarios, under which the order takes what it took")
  func samples() throws {
    try workspace.pipeloom(
      "import", "rank0.json", "rank1.json", "--schedule", "o.json", "--keep-samples", "samples.json"
    ).expectSuccess()
    let report = try workspace.pipeloom("simulate", "o.json", "--scenarios", "samples.json", "--json")
      .object()
    let scenarios = try #require(report["scenarios"] as? [String: Any])
    let makespan = try #require(scenarios["makespan"] as? [String: Double])
    #expect(scenarios["count"] as? Int == 4)
    // The tail of the problem is the median of 3, 7, 3 and 7.
    #expect(abs((makespan["mean"] ?? 0) - 136) < 1e-9 && abs((makespan["worst"] ?? 0) - 136) < 1e-9)
  }

  @Test("flags of tables and of traces are refused with the other")
  func usage() throws {
    for (flag, value) in [("--schedule", "1f1b"), ("--holdout", "a:b"), ("--group-size", "2")] {
      try validate(flag, value).expectRefusal(Status.usage, naming: [flag, "only a table of runs"])
    }
    try workspace.pipeloom("validate", "t.csv", "--skip", "1")
      .expectRefusal(Status.usage, naming: ["--skip", "only traces"])
    try workspace.pipeloom("validate", "t.csv", "t.csv")
      .expectRefusal(Status.usage, naming: ["one table of runs"])
    try workspace.pipeloom("import", "t.csv", "--format", "runs", "--keep-samples", "s.json", "-o", "d")
      .expectRefusal(Status.usage, naming: ["--keep-samples", "only traces"])
  }
}
