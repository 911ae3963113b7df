import Foundation
import Testing

/// `check --communication`: whether sends and receives can block.
@Suite("pipeloom check --communication")
struct CommunicationTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
  }

  @Test(
    "Early receives are proved in every mode", arguments: ["rendezvous", "buffered", "buffered:1", "batched"])
  func proved(mode: String) throws {
    let outcome = try workspace.pipeloom("check", "s.json", "--communication", mode)
    outcome.expectSuccess()
    // Eight microbatches, each over three links and back.
    #expect(outcome.text.hasSuffix("s.json: no send or receive can block: 48 messages, \(mode)\n"))
  }

  @Test("Late receives of 1F1B block under rendezvous; the circle is printed, and told to machines")
  func blocked() throws {
    let arguments = ["check", "s.json", "--communication", "rendezvous", "--receives", "late"]
    let outcome = try workspace.pipeloom(arguments)
    outcome.expect(Status.violations)
    #expect(outcome.text.hasPrefix("no rank can go on: rank "))
    #expect(outcome.text.contains("SEND(activation of microbatch"))
    #expect(outcome.text.contains("SEND(gradient of microbatch"))
    #expect(outcome.text.hasSuffix("s.json: 1 violation\n"))
    let json = try workspace.pipeloom(arguments + ["--json"])
    json.expect(Status.violations)
    let report = try json.object()
    let communication = try #require(report["communication"] as? [String: Any])
    #expect(communication["mode"] as? String == "rendezvous")
    #expect(communication["messages"] as? Int == 48)
    #expect(communication["fault"] as? String == (report["violations"] as? [String])?.first)
  }

  @Test("A place for receives means nothing without a mode")
  func receivesAlone() throws {
    try workspace.pipeloom("check", "s.json", "--receives", "late")
      .expectUsage(naming: ["--receives: expected --communication with it"])
  }

  /// Without a gain from overlap a pair is a remark, and the orders run. In programs its parts start together, and
  /// here each of the two pairs waits for a part of the other.
  @Test("Pairs that can never start together are refused with the file's name")
  func pairs() throws {
    func device(_ number: Int) -> String {
      func operation(_ kind: String, _ microbatch: Int, _ pair: String = "") -> String {
        #"{"op": "\#(kind)", "stage": \#(number), "microbatch": \#(microbatch)\#(pair)}"#
      }
      let pair = #", "pair": \#(number)"#
      let order = [
        operation("F", 0), operation("F", 1, pair), operation("BW", 0, pair), operation("BW", 1),
      ]
      return #"{"device": \#(number), "operations": [\#(order.joined(separator: ", "))]}"#
    }
    let problem = ProblemText.plain.setting("microbatches", "2").json
    try workspace.write(
      #"{"pipeloom": "schedule/1", "problem": \#(problem), "devices": [\#(device(0)), \#(device(1))]}"#,
      to: "pairs.json")
    try workspace.pipeloom("check", "pairs.json").expectSuccess()
    try workspace.pipeloom("check", "pairs.json", "--communication", "rendezvous").expectRefusal(
      Status.badInput, naming: ["pairs.json: the orders can never run", "starts together with"])
  }

  @Test("A schedule with violations is not proved")
  func violations() throws {
    let text = try workspace.text("s.json")
    try workspace.write(
      text.replacingOccurrences(of: #""makespan": 33"#, with: #""makespan": 32"#), to: "t.json")
    let outcome = try workspace.pipeloom("check", "t.json", "--communication", "batched")
    outcome.expect(Status.violations)
    #expect(outcome.text == "makespan is recorded as 32, but is 33\nt.json: 1 violation\n")
  }

  @Test(
    "Modes that there are not",
    arguments: [
      "", "sometimes", "buffered:", "buffered:0", "buffered:9223372036854775807", "buffered:-1",
      "buffered:1:2", "rendezvous:1",
    ])
  func unknownModes(mode: String) throws {
    try workspace.pipeloom("check", "s.json", "--communication", mode)
      .expectUsage(naming: ["--communication", "rendezvous, buffered, buffered:N or batched"])
  }
}
