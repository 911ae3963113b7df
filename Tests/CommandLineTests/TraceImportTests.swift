import Foundation
import Testing

@Suite("Problems from measured traces")
struct TraceImportTests {
  /// Complete events of one process and thread; times in microseconds.
  private func trace(
    _ events: [(name: String, track: Int, start: Double, duration: Double)], extra: String = ""
  ) -> String {
    let lines = events.map {
      #"{"ph": "X", "name": "\#($0.name)", "pid": 7, "tid": \#($0.track), "ts": \#($0.start), "#
        + #""dur": \#($0.duration), "args": {"External id": 3}}"#
    }
    return "{\(extra)\"traceEvents\": [" + lines.joined(separator: ",\n") + "]}"
  }

  /// Two stages on threads 20 and 10, two microbatches, with the fused backward on stage 1.
  private var good: [(name: String, track: Int, start: Double, duration: Double)] {
    [
      ("F stage=0 mb=0", 20, 0, 1000), ("F stage=0 mb=1", 20, 1000, 2000), ("aten::mm", 20, 0, 9),
      ("B stage=0 mb=0", 20, 6000, 3000), ("W stage=0 mb=0", 20, 9000, 500),
      ("B stage=0 mb=1", 20, 10_000, 3000), ("W stage=0 mb=1", 20, 13_000, 700),
      ("F stage=1 microbatch=0", 10, 1000, 1500), ("BW stage=1 microbatch=0", 10, 2500, 4000),
      ("F stage=1 microbatch=1", 10, 6500, 1700), ("BW stage=1 microbatch=1", 10, 8200, 4400),
    ]
  }

  @Test("medians, spread, placement and microbatches are those of the events")
  func report() throws {
    let workspace = try Workspace()
    try workspace.write(trace(good), to: "trace.json")
    let outcome = try workspace.pipeloom(
      "import", "trace.json", "--format", "chrome-trace", "-o", "problem.json", "--json")
    outcome.expectSuccess()
    let report = try outcome.object()
    #expect(report["devices"] as? Int == 2)
    #expect(report["microbatches"] as? Int == 2)
    let lines = try #require(report["lines"] as? [[String: Any]])
    #expect(lines.map { $0["op"] as? String } == ["F", "B", "W", "F", "BW"])
    #expect(lines.map { $0["median"] as? Double } == [1.5, 3, 0.6, 1.6, 4.2])
    #expect(lines.map { $0["lowerQuartile"] as? Double } == [1.25, 3, 0.55, 1.55, 4.1])
    #expect(lines.map { $0["most"] as? Double } == [2, 3, 0.7, 1.7, 4.4])
    #expect((report["remarks"] as? [String])?.first?.contains("of stage 1 were measured whole") == true)

    let problem = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("problem.json")) as? [String: Any])
    #expect(problem["placement"] as? String == "sequential")
    #expect(problem["microbatches"] as? Int == 2)
    let stages = try #require(problem["stages"] as? [[String: Double]])
    #expect(stages.map { $0["forward"] } == [1.5, 1.6])
    #expect(stages.map { $0["backwardInput"] } == [3, nil])
    #expect(stages.map { $0["backwardWeight"] } == [0.6, nil])
    #expect(stages.map { $0["backward"] } == [nil, 4.2])
    try workspace.pipeloom("generate", "1f1b", "problem.json").expectSuccess()
  }

  @Test("one trace per rank, in any order, with PyTorch's names: what the accelerator ran counts")
  func ranks() throws {
    let workspace = try Workspace()
    for rank in 0..<2 {
      let first = (0..<2).flatMap { chunk -> [String] in
        let stage = chunk == 0 ? rank : 3 - rank
        return ["F", "I", "W"].enumerated().map { index, type in
          let start = 10_000 * chunk + 1000 * index
          return
            #"{"ph": "X", "cat": "gpu_user_annotation", "name": "PP:\#(stage)\#(type)0", "pid": 0, "tid": 7, "#
            + #""ts": \#(start), "dur": \#(100 * (stage + 1))}"#
        }
      }
      let launch =
        #"{"ph": "X", "cat": "user_annotation", "name": "PP:0F0", "pid": 9, "tid": 9, "ts": 0, "dur": 5}"#
      try workspace.write(
        #"{"distributedInfo": {"backend": "nccl", "rank": \#(rank)}, "traceEvents": ["#
          + (first + [launch]).joined(separator: ",") + "]}", to: "rank\(rank).json")
    }
    try workspace.pipeloom(
      "import", "rank1.json", "rank0.json", "--format", "chrome-trace", "-o", "p.json"
    ).expectSuccess()
    let problem = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("p.json")) as? [String: Any])
    #expect(problem["placement"] as? String == "v")
    let stages = try #require(problem["stages"] as? [[String: Double]])
    #expect(stages.map { $0["forward"] } == [0.1, 0.2, 0.3, 0.4])
    #expect(stages.map { $0["backwardWeight"] } == [0.1, 0.2, 0.3, 0.4])
  }

  @Test("what is exported for Perfetto comes back as the problem that it was", arguments: ["loop", "v"])
  func roundTrip(placement: String) throws {
    let workspace = try Workspace()
    let flags = [
      "--devices", "2", "--microbatches", "3", "--forward", "2", "--backward-input", "3", "--backward-weight",
      "1", "--chunks", "2", "--placement", placement, "--iterations", "10",
    ]
    try workspace.pipeloom(["search"] + flags + ["-o", "s.json"]).expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "perfetto", "-o", "t.json").expectSuccess()
    let outcome = try workspace.pipeloom("import", "t.json", "--format", "chrome-trace", "-o", "-")
    outcome.expectSuccess()
    let problem = try outcome.object()
    #expect(problem["placement"] as? String == placement)
    #expect(problem["microbatches"] as? Int == 3)
    let stages = try #require(problem["stages"] as? [[String: Double]])
    #expect(stages.map { $0["forward"] } == [1, 1, 1, 1])
  }

  @Test("a pattern of one's own; without a stage, each rank is one")
  func pattern() throws {
    let workspace = try Workspace()
    let events = [
      ("fwd-m0", 1, 0.0, 10.0), ("bwd-m0", 1, 50, 20), ("fwd-m0", 2, 10, 10), ("bwd-m0", 2, 20, 30),
    ]
    try workspace.write(
      trace(events.map { (name: $0.0, track: $0.1, start: $0.2, duration: $0.3) }), to: "t.json")
    let pattern = #"(?<kind>fwd|bwd)-m(?<microbatch>\d+)"#
    let outcome = try workspace.pipeloom(
      "import", "t.json", "--format", "chrome-trace", "--pattern", pattern, "--json")
    outcome.expectSuccess()
    let lines = try #require(try outcome.object()["lines"] as? [[String: Any]])
    #expect(lines.map { $0["stage"] as? Int } == [0, 0, 1, 1])
    #expect(lines.map { $0["op"] as? String } == ["F", "BW", "F", "BW"])
    try workspace.pipeloom("import", "t.json", "--format", "chrome-trace")
      .expectRefusal(Status.badInput, naming: ["t.json", "PP:3F7", "fwd-m0"])
    try workspace.pipeloom("import", "t.json", "--format", "chrome-trace", "--pattern", "(?<kind>F")
      .expectRefusal(Status.usage, naming: ["--pattern", "regular expression"])
    try workspace.pipeloom("import", "t.json", "--format", "chrome-trace", "--pattern", "(?<kind>F)")
      .expectRefusal(Status.usage, naming: ["--pattern", "(?<microbatch>"])
  }

  @Test("a bad trace is refused in one line that says why, and nothing is written")
  func refusals() throws {
    let workspace = try Workspace()
    func expectRefusal(of text: String, naming texts: [String]) throws {
      try workspace.write(text, to: "t.json")
      try workspace.pipeloom("import", "t.json", "--format", "chrome-trace", "-o", "p.json")
        .expectRefusal(Status.badInput, naming: ["t.json"] + texts)
      #expect(!workspace.exists("p.json"))
    }
    let text = trace(good)
    try expectRefusal(of: String(text.dropLast(40)), naming: ["end of the file"])
    try expectRefusal(of: "{}", naming: ["traceEvents"])
    try expectRefusal(of: "[]", naming: ["no complete events"])
    try expectRefusal(
      of: trace([("aten::mm", 1, 0, 1), ("nccl", 1, 2, 1)]), naming: ["\"aten::mm\", \"nccl\""])
    try expectRefusal(
      of: trace([("F stage=0 mb=0", 1, 0, 9), ("BW stage=0 mb=0", 1, 5, 9)]),
      naming: ["F(stage 0, microbatch 0) until 9", "BW(stage 0, microbatch 0) from 5"])
    try expectRefusal(
      of: trace(good.filter { !$0.name.contains("stage=0") }), naming: ["no operation of stage 0"])
    try expectRefusal(
      of: trace(good.filter { $0.name != "F stage=1 microbatch=0" && $0.name != "F stage=1 microbatch=1" }),
      naming: ["stage 1", "no F", "BW"])
    try expectRefusal(of: trace(good.filter { !$0.name.hasPrefix("B stage") }), naming: ["stage 0", "no B"])
    try expectRefusal(
      of: trace(good.filter { !$0.name.hasSuffix("=0") }), naming: ["no operation of microbatch 0"])
    try expectRefusal(
      of: trace(good + [("F stage=1 mb=0", 20, 20_000, 1)]), naming: ["stage 1 on", "thread 10", "thread 20"])
    try expectRefusal(
      of: text.replacingOccurrences(of: "\"dur\": 1000.0", with: "\"dur\": -1"),
      naming: ["traceEvents[0].dur"])
  }

  @Test("flags of one format are refused with the other")
  func usage() throws {
    let workspace = try Workspace()
    try workspace.pipeloom("import", "t.json", "--format", "chrome-trace", "--problem", "uniform-4x8")
      .expectRefusal(Status.usage, naming: ["--problem"])
    try workspace.pipeloom("import", "t.csv", "--format", "torch-csv", "--chunks", "2")
      .expectRefusal(Status.usage, naming: ["--chunks", "--problem"])
    try workspace.pipeloom(
      "import", "a.csv", "b.csv", "--format", "torch-csv", "--problem", "uniform-4x8"
    ).expectRefusal(Status.usage, naming: ["one file"])
    try workspace.pipeloom("import", "t", "--format", "nonsense")
      .expectRefusal(Status.usage, naming: ["torch-csv", "chrome-trace"])
  }
}
