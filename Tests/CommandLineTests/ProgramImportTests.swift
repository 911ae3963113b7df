import Foundation
import Testing

@Suite("pipeloom import of programs")
struct ProgramImportTests {
  /// In the manner of PyTorch's own test file `zb1p_2rank_2stagep_comms.csv` (test/distributed/pipelining/artifacts of
  /// pytorch/pytorch), with fewer microbatches: two ranks with two stages each, backward passes whole on the first and
  /// in parts on the second.
  private static func lowered(_ whole: String, _ input: String) -> String {
    """
    0F0,0SEND_F0,2RECV_F0,0F1,0SEND_F1,2RECV_F1,2F0,2SEND_F0,2F1,2SEND_F1,2RECV_B0,2\(whole)0,2SEND_B0,2RECV_B1,2\(whole)1,2SEND_B1,0RECV_B0,0\(whole)0,0RECV_B1,0\(whole)1
    1RECV_F0,1F0,1SEND_F0,1RECV_F1,1F1,1SEND_F1,3RECV_F0,3F0,3RECV_F1,3\(input)0,3SEND_B0,1RECV_B0,3F1,3\(input)1,3SEND_B1,1RECV_B1,3W0,1\(input)0,1SEND_B0,3W1,1\(input)1,1SEND_B1,1W0,1W1

    """
  }

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func importing(_ file: String, _ format: String, _ arguments: String...) throws -> Program.Outcome {
    try workspace.pipeloom(["import", file, "--format", format] + arguments)
  }

  @Test("A file that PyTorch lowered is proved as it stands, in both dialects of B")
  func torch() throws {
    try workspace.write(Self.lowered("BW", "B"), to: "former.csv")
    try workspace.write(Self.lowered("B", "I"), to: "current.csv")
    var schedules: Set<Data> = []
    for file in ["former.csv", "current.csv"] {
      let outcome = try importing(file, "torch-comms", "-o", "s.json")
      outcome.expectSuccess()
      // Two microbatches over three links and back.
      #expect(outcome.text.contains("\n  No send or receive can block: 12 messages, rendezvous\n"))
      #expect(outcome.text.contains("4 stages on 2 ranks, placed as a loop; 2 microbatches"))
      schedules.insert(try workspace.data("s.json"))
      try workspace.pipeloom("check", "s.json").expectSuccess()
      for mode in ["buffered", "buffered:1", "batched"] {
        let json = try importing(file, "torch-comms", "--communication", mode, "--json").object()
        let proof = try #require(json["communication"] as? [String: Any])
        #expect(proof["mode"] as? String == mode && proof["messages"] as? Int == 12)
      }
    }
    #expect(schedules.count == 1)
  }

  @Test("A program that cannot go on prints its shortest circle")
  func circle() throws {
    // Each rank receives first what the other sends behind that and an operation: no mode helps.
    let text = Self.lowered("B", "I")
      .replacing("2SEND_F1,2RECV_B0,2B0,", with: "2RECV_B0,2B0,2SEND_F1,")
    try workspace.write(text, to: "s.csv")
    try importing("s.csv", "torch-comms").expectRefusal(
      Status.badInput,
      naming: [
        "s.csv: under buffered, no rank can go on: rank 0 at instruction 9, RECV(gradient of microbatch 0, stage 3 to 2)",
        "rank 1 at instruction 8, RECV(activation of microbatch 1, stage 2 to 3), waits for instruction 11 of rank 0",
      ])
  }

  @Test("A program that only buffers let run says so, and is refused where rendezvous is asked for")
  func buffered() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    try workspace.pipeloom("export", "s.json", "--format", "program", "-o", "p.json").expectSuccess()
    // Both ranks of the last link send before they receive.
    let program = try #require(
      JSONSerialization.jsonObject(with: try workspace.data("p.json")) as? [String: Any])
    let late = try late(program)
    try workspace.write(JSONSerialization.data(withJSONObject: late), to: "late.json")
    try importing("late.json", "program", "--communication", "rendezvous").expectRefusal(
      Status.badInput, naming: ["late.json: under rendezvous, no rank can go on: rank ", "SEND("])
    let outcome = try importing("late.json", "program", "-o", "late-s.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("Under rendezvous, no rank can go on: rank "))
    #expect(outcome.text.contains("No send or receive can block: 48 messages, b"))
  }

  /// The same program with every receive just before the operation that needs it.
  private func late(_ program: [String: Any]) throws -> [String: Any] {
    var program = program
    program["programs"] = try #require(program["programs"] as? [[String: Any]]).map { rank in
      var rank = rank
      var waiting: [String: [String: Any]] = [:]
      var instructions: [[String: Any]] = []
      for instruction in try #require(rank["instructions"] as? [[String: Any]]) {
        let op = instruction["op"] as? String
        let stage = "\(instruction["stage"] ?? "") \(instruction["microbatch"] ?? "")"
        if op == "RECV" {
          waiting["\(instruction["payload"] ?? "") \(stage)"] = instruction
          continue
        }
        let payload = op == "F" ? "activation" : op == "SEND" ? "" : "gradient"
        if let needed = waiting.removeValue(forKey: "\(payload) \(stage)") { instructions.append(needed) }
        instructions.append(instruction)
      }
      rank["instructions"] = instructions
      return rank
    }
    return program
  }

  @Test(
    "An exported program comes back as the same schedule",
    arguments: [["1f1b", "zero-bubble-1.5b"], ["zb-v", "uniform-4x8", "--placement", "v", "--chunks", "2"]])
  func roundTrip(arguments: [String]) throws {
    try workspace.pipeloom(["generate"] + arguments + ["-o", "s.json"]).expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "program", "-o", "p.json").expectSuccess()
    try importing(
      "p.json", "program", ["--problem", arguments[1]] + arguments.dropFirst(2) + ["-o", "i.json"]
    )
    .expectSuccess()
    func content(_ file: String) throws -> [String: Any] {
      var object = try #require(
        JSONSerialization.jsonObject(with: try workspace.data(file)) as? [String: Any])
      object["generator"] = nil
      object["summary"] = nil
      return object
    }
    #expect(try NSDictionary(dictionary: content("i.json")) == NSDictionary(dictionary: content("s.json")))
  }

  private func importing(_ file: String, _ format: String, _ arguments: [String]) throws -> Program.Outcome {
    try workspace.pipeloom(["import", file, "--format", format] + arguments)
  }

  @Test("A message that no operation waits for is proved and told; a missing one is a fault")
  func messages() throws {
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "1", to: "s.json")
    try workspace.pipeloom("export", "s.json", "--format", "program", "-o", "p.json").expectSuccess()
    let text = try workspace.text("p.json")
    func transfer(_ op: String, _ stage: Int, _ peer: Int) -> String {
      #"{"op": "\#(op)", "payload": "loss", "stage": \#(stage), "microbatch": 0, "peer": \#(peer), "peerStage": \#(peer), "pair": 9}"#
    }
    func inserting(_ instruction: String, before part: String, in text: String) -> String {
      text.replacing(part, with: "\(instruction), \(part)", maxReplacements: 1)
    }
    let last = #"{"op": "BW", "stage": 1"#
    let first = #"{"op": "RECV", "payload": "gradient""#
    let sent = inserting(transfer("SEND", 1, 0), before: last, in: text)
    try workspace.write(inserting(transfer("RECV", 0, 1), before: first, in: sent), to: "loss.json")
    let outcome = try importing("loss.json", "program")
    outcome.expectSuccess()
    #expect(outcome.text.contains("\n  Proved and not timed: 1 message that no operation waits for\n"))
    try workspace.write(sent, to: "alone.json")
    try importing("alone.json", "program").expectRefusal(
      Status.badInput,
      naming: ["alone.json: rank 1", "SEND(loss of microbatch 0, stage 1 to 0): has no other end"])
  }

  @Test("Flags that mean nothing are refused")
  func usage() throws {
    try workspace.write(Self.lowered("B", "I"), to: "s.csv")
    try importing("s.csv", "torch-csv", "--communication", "rendezvous")
      .expectRefusal(Status.usage, naming: ["--communication: only a format of programs"])
    try importing("s.csv", "torch-comms", "--chunks", "2").expectRefusal(Status.usage, naming: ["--chunks"])
    try importing("s.csv", "torch-csv").expectRefusal(Status.badInput, naming: ["which torch-comms reads"])
  }
}
