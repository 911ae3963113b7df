import Foundation
import Testing

@Suite("SkipPipe's files")
struct SkipPipeTests {
  private static let problem = """
    pipeloom: problem/1
    devices: 5
    microbatches: 4
    placement: [[0, 1], [2, 3], [4], [0, 1]]
    memoryLimit: 4
    communication: 0.5
    stages:
      - {repeat: 3, forward: 1, backwardInput: 1.5, backwardWeight: 0, activationForW: 0}
      - {forward: 0.25, backwardInput: 0, backwardWeight: 0, activationForB: 0}
    skipReorder: {stagesPerMicrobatch: 2, head: 3}

    """

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--iterations", "200", "--backward", "fused", "-o", "s.json")
      .expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "skippipe", "-o", "x.json").expectSuccess()
  }

  private func makespan(_ arguments: String...) throws -> Double? {
    let outcome = try workspace.pipeloom(["import", "x.json", "--format", "skippipe", "--json"] + arguments)
    outcome.expectSuccess()
    return (try outcome.object()["summary"] as? [String: Any])?["makespan"] as? Double
  }

  @Test("come back as sound schedules that last as long, under flags and under the problem")
  func roundTrip() throws {
    let plan = try #require(
      JSONSerialization.jsonObject(with: Data(workspace.text("x.json").utf8)) as? [String: Any])
    let stated = try #require(plan["nonca-expected-time"] as? Double)
    #expect(try makespan("--forward", "1", "-o", "i.json") == stated)
    #expect(try makespan("--problem", "p.yaml", "-o", "j.json") == stated)
    for file in ["i.json", "j.json"] { try workspace.pipeloom("check", file).expectSuccess() }
    // What the file states is told and not believed.
    try workspace.write(
      workspace.text("x.json").replacingOccurrences(
        of: "\"nonca-expected-time\": ", with: "\"nonca-expected-time\": 99"), to: "x.json")
    #expect(try makespan("--forward", "1") == stated)
    let report = try workspace.pipeloom("import", "x.json", "--format", "skippipe", "--forward", "1").text
    #expect(report.contains("plan non-ca, 4 paths; it expects 99"))
    #expect(report.contains("for 2 microbatches from each of 2 origins; the figures above are"))
  }

  @Test("need compute times, once, and a plan that is there")
  func usage() throws {
    let start = ["import", "x.json", "--format", "skippipe"]
    try workspace.pipeloom(start).expectRefusal(Status.usage, naming: ["--problem or --forward", "neither"])
    try workspace.pipeloom(start + ["--forward", "1", "--problem", "p.yaml"])
      .expectRefusal(Status.usage, naming: ["both"])
    try workspace.pipeloom(start + ["--forward", "1", "--plan", "ca"])
      .expectRefusal(Status.usage, naming: ["--plan", "which has non-ca"])
    try workspace.pipeloom("import", "x.json", "--format", "torch-csv", "--forward", "1")
      .expectRefusal(Status.usage, naming: ["--forward: only --format skippipe"])
  }

  @Test("are refused under a problem that does not fit, and nothing is written")
  func misfit() throws {
    let cases = [
      ("devices: 5", "devices: 6", "delays: expected 6 rows, one per device of the problem, found 5"),
      (
        "[2, 3], [4]", "[2], [3, 4]",
        "partitions: expected nodes 2, where the problem has stage 1, found 2, 3"
      ),
      (
        "microbatches: 4", "microbatches: 5",
        "non-ca-paths: expected 5 paths, one per microbatch of the problem"
      ),
    ]
    for (old, new, message) in cases {
      try workspace.write(Self.problem.replacingOccurrences(of: old, with: new), to: "q.yaml")
      try workspace.pipeloom(
        "import", "x.json", "--format", "skippipe", "--problem", "q.yaml", "-o", "i.json"
      )
      .expectRefusal(Status.badInput, naming: ["x.json", message])
      #expect(!workspace.exists("i.json"))
    }
  }

  @Test("do not hold backward passes in parts")
  func split() throws {
    try workspace.write(
      Self.problem.replacingOccurrences(
        of: "backwardWeight: 0, activationForW: 0", with: "backwardWeight: 1"), to: "q.yaml")
    try workspace.pipeloom("search", "q.yaml", "--iterations", "50", "--backward", "split", "-o", "t.json")
      .expectSuccess()
    try workspace.pipeloom("export", "t.json", "--format", "skippipe", "-o", "y.json")
      .expectRefusal(
        Status.badInput, naming: ["t.json: skippipe: expected whole backward passes", "--backward fused"])
    #expect(!workspace.exists("y.json"))
  }
}
