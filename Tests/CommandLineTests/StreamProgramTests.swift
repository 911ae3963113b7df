import Foundation
import Testing

/// Programs of schedules with streams and tasks through the built program: written, proved and read back.
@Suite("Streams and tasks in programs")
struct StreamProgramTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func search(_ keys: String, _ flags: String...) throws {
    try workspace.write("{\"pipeloom\": \"problem/1\", \(keys)}", to: "p.json")
    try workspace.pipeloom(["search", "p.json", "--iterations", "200", "-o", "s.json"] + flags)
      .expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "program", "-o", "program.json").expectSuccess()
  }

  private func imported(_ file: String = "program.json", _ flags: String...) throws -> Program.Outcome {
    try workspace.pipeloom(
      ["import", file, "--format", "program", "--problem", "p.json", "-o", "i.json"] + flags)
  }

  private func devices(_ file: String) throws -> NSArray {
    let object = try #require(
      JSONSerialization.jsonObject(with: try workspace.data(file)) as? [String: Any])
    return try #require(object["devices"] as? NSArray)
  }

  @Test(
    "An exported program comes back as the same schedule, proved in every mode",
    arguments: StreamTests.samples)
  func roundTrip(sample: StreamTests.Sample) throws {
    try search(sample.keys, "--backward", sample.backward)
    let outcome = try imported()
    outcome.expectSuccess()
    #expect(outcome.text.contains("No send or receive can block: "))
    #expect(!outcome.text.contains("not timed"), "\(outcome.text)")
    #expect(try devices("i.json") == devices("s.json"))
    for mode in ["rendezvous", "buffered", "buffered:1", "batched"] {
      let checked = try workspace.pipeloom("check", "s.json", "--communication", mode)
      checked.expectSuccess()
      #expect(checked.text.contains("s.json: no send or receive can block: "))
    }
  }

  private static let reduced = """
    "devices": 2, "microbatches": 2, "streams": ["compute", "net"],
    "stages": [{"repeat": 2, "forward": [2, {"time": 2, "stream": "net"}, 2], "backwardInput": 3, "backwardWeight": 1}],
    "tasks": [{"name": "encode", "per": "microbatch", "devices": [1], "time": 1, "feeds": ["0F"]},
      {"name": "reduce", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]}]
    """

  /// Two phases each way on a stream of its own need a wait each; so does a reduction. Messages: two results of encoders, two
  /// activations, two gradients.
  @Test("Instructions name streams, phases and tasks")
  func instructions() throws {
    try search(Self.reduced)
    let text = try workspace.text("program.json")
    #expect(text.contains(#""streams": ["compute", "net"]"#))
    #expect(text.contains(#"{"op": "F", "stage": 0, "microbatch": 1, "phase": 1, "stream": "net"}"#))
    #expect(text.contains(#"{"op": "TASK", "task": "reduce", "copy": 1, "stream": "net"}"#))
    #expect(text.contains(#"{"op": "WAIT", "for": "F", "stage": 0, "microbatch": 0, "phase": 1}"#))
    #expect(
      text.contains(
        #""payload": "result", "from": {"op": "TASK", "task": "encode", "copy": 1}, "to": {"op": "F", "stage": 0, "microbatch": 1, "phase": 0}, "peer": "#
      ))
    #expect(text.components(separatedBy: #""op": "SEND""#).count - 1 == 6)
    try imported("program.json", "--communication", "buffered:1").expectSuccess()
  }

  @Test(
    "A program without a wait or a message that it needs is refused with the instruction that comes too early"
  )
  func damaged() throws {
    try search(Self.reduced)
    let lines = try workspace.text("program.json").split(separator: "\n", omittingEmptySubsequences: false)
    func without(_ part: String) throws -> Program.Outcome {
      let first = try #require(lines.firstIndex { $0.contains(part) })
      let kept = lines.enumerated().filter { $0.offset != first }.map(\.element)
      try workspace.write(kept.joined(separator: "\n"), to: "damaged.json")
      return try imported("damaged.json")
    }
    try without(#""WAIT", "for": "F", "stage": 0, "microbatch": 0, "phase": 1}"#).expectRefusal(
      Status.badInput,
      naming: [
        "damaged.json: rank 0 at instruction ",
        "F(stage 0, microbatch 0, phase 2): runs before WAIT(F(stage 0, microbatch 0, phase 1)), of another stream",
      ])
    try without(#""RECV", "payload": "result""#).expectRefusal(
      Status.badInput, naming: ["damaged.json: rank 0", "runs before the message that it needs is received"])
    try without(#""SEND", "payload": "result""#).expectRefusal(
      Status.badInput, naming: ["damaged.json: rank 0", "has no other end"])
    try workspace.pipeloom("import", "program.json", "--format", "program", "-o", "i.json").expectRefusal(
      Status.badInput,
      naming: ["expected a problem beside programs that recompute or offload, or have streams or tasks"])
  }

  @Test("Tasks that may run on any device run where the program has them")
  func anywhere() throws {
    try search(
      """
      "devices": 3, "microbatches": 4, "memoryLimit": [3, 2, 1],
      "stages": [{"repeat": 3, "forward": 2, "backwardInput": 2, "backwardWeight": 2, "activationForW": 0}],
      "tasks": [{"name": "encode", "per": "microbatch", "devices": "any", "time": 2, "feeds": ["0F"], "ahead": true},
        {"name": "learn", "per": "microbatch", "devices": "any", "time": 2, "pieces": 2, "needs": ["0B"]}]
      """)
    #expect(try workspace.text("program.json").contains(#", "ahead": true, "peer": "#))
    try imported().expectSuccess()
    #expect(try devices("i.json") == devices("s.json"))
  }

  /// Two chunks a device, one of which is reduced while the other still runs.
  private static let stepped = """
    "devices": 2, "microbatches": 3, "placement": [0, 1, 0, 1], "streams": ["compute", "net"],
    "stages": [{"repeat": 4, "forward": 1, "backwardInput": 1, "backwardWeight": 1}],
    "tasks": [{"name": "UNSHARD", "per": "stage", "stream": "net", "time": 1, "feeds": ["F"]},
      {"name": "RESHARD", "per": "stage", "time": 0, "needs": ["W"]},
      {"name": "REDUCE_GRAD", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]}]
    """

  @Test("Steps of PyTorch are written with all transfers, and read back", arguments: ["2.13", "2.15"])
  func torchComms(version: String) throws {
    try search(Self.stepped)
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-comms", "--torch", version, "-o", "c.csv"
    ).expectSuccess()
    let rows = try workspace.text("c.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 2)
    for (rank, row) in rows.enumerated() {
      for step in ["UNSHARD", "RESHARD", "REDUCE_GRAD"] {
        #expect(
          row.filter { $0.hasSuffix(step) && !$0.contains("WAIT") }.count == 2, "\(step) of rank \(rank)")
      }
      // Two reductions a rank; three links, of which each rank sends three activations or gradients at a time.
      let isNew = version == "2.15"
      #expect(row.filter { $0.contains("WAIT_REDUCE_GRAD") }.count == (isNew ? 2 : 0))
      #expect(row.filter { $0.contains("WAIT_SEND") }.count == (isNew ? 9 : 0))
    }
    let read = try workspace.pipeloom(
      "import", "c.csv", "--format", "torch-comms", "--problem", "p.json", "-o", "i.json")
    read.expectSuccess()
    #expect(read.text.contains("No send or receive can block: 18 messages, rendezvous"))
    #expect(try devices("i.json") == devices("s.json"))
    try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "c.csv").expectRefusal(
      Status.badInput,
      naming: [
        "expected one stream per device and passes alone, found tasks (UNSHARD", "--format torch-comms, or ",
        "--format program",
      ])
  }

  @Test("Tasks that PyTorch does nothing of are refused")
  func otherTasks() throws {
    try search(Self.reduced)
    try workspace.pipeloom("export", "s.json", "--format", "torch-comms", "-o", "c.csv").expectRefusal(
      Status.badInput,
      naming: ["s.json: torch-comms: expected passes in one phase", "found phases of stage 0"])
    try search(Self.stepped.replacing("\"RESHARD\"", with: "\"FREE\""))
    try workspace.pipeloom("export", "s.json", "--format", "torch-comms", "-o", "c.csv").expectRefusal(
      Status.badInput, naming: ["found task FREE"])
  }
}
