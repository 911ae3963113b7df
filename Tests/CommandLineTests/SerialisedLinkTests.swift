import Foundation
import Testing

/// `communication: {serialise: ...}` through the built program.
@Suite("Links that carry one message at a time")
struct SerialisedLinkTests {
  /// Two devices, two microbatches; every message leaves for 2 and takes 0.5 more.
  private static let problem = """
    pipeloom: problem/1
    devices: 2
    microbatches: 2
    stages:
      - {repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}
    communication: {latency: 0.5, bandwidth: 1, bytes: 2, serialise: link}

    """

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
  }

  @Test("Of two forwards in a row the second's message waits, as does the second gradient")
  func times() throws {
    try workspace.generate("gpipe", "p.yaml", to: "s.json")
    let text = try workspace.text("s.json")
    // Device 0 sends from 1 to 3 and from 3 to 5, device 1 from 8.5 to 10.5 and from 10.5 to 12.5.
    for line in [
      #"{"op": "F", "stage": 1, "microbatch": 0, "start": 3.5, "end": 4.5}"#,
      #"{"op": "F", "stage": 1, "microbatch": 1, "start": 5.5, "end": 6.5}"#,
      #"{"op": "BW", "stage": 0, "microbatch": 0, "start": 11, "end": 13}"#,
      #"{"op": "BW", "stage": 0, "microbatch": 1, "start": 13, "end": 15}"#, #""makespan": 15"#,
    ] {
      #expect(text.contains(line), "\(line)")
    }
    try workspace.pipeloom("check", "s.json").expectSuccess()
    // Without waiting the second forward starts at 4.5, and all is over 1 earlier.
    try workspace.write(
      Self.problem.replacingOccurrences(of: ", serialise: link", with: ""), to: "free.yaml")
    try workspace.generate("gpipe", "free.yaml", to: "free.json")
    #expect(try workspace.text("free.json").contains(#""makespan": 14"#))
  }

  @Test("A check tells times that do not wait, and times that wait for nothing")
  func checked() throws {
    try workspace.generate("gpipe", "p.yaml", to: "s.json")
    let text = try workspace.text("s.json")
    let early = text.replacingOccurrences(of: #""serialise": "link""#, with: #""serialise": "uplink""#)
    // One receiver: link and uplink are the same.
    try workspace.write(early, to: "u.json")
    try workspace.pipeloom("check", "u.json").expectSuccess()
    try workspace.write(text.replacingOccurrences(of: #", "serialise": "link""#, with: ""), to: "late.json")
    let late = try workspace.pipeloom("check", "late.json")
    late.expect(Status.violations)
    #expect(late.text.contains("5.5") && late.text.contains("4.5"), "\(late.text)")
    try workspace.write(
      text.replacingOccurrences(
        of: #""microbatch": 1, "start": 5.5, "end": 6.5"#, with: #""microbatch": 1, "start": 4.5, "end": 5.5"#
      ),
      to: "early.json")
    let outcome = try workspace.pipeloom("check", "early.json")
    outcome.expect(Status.violations)
    #expect(outcome.text.contains("5.5"), "\(outcome.text)")
  }

  @Test("A search answers with times that wait, and proves them; another order is refused")
  func search() throws {
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "2000", "-o", "s.json")
    found.expectSuccess()
    // F 1, message 2.5, F B 2, message 2.5, then B W B W of 4: nothing is shorter.
    #expect(try workspace.text("s.json").contains(#""makespan": 12"#))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let proof = try workspace.pipeloom("search", "p.yaml", "--prove")
    proof.expectSuccess()
    #expect(proof.text.contains("12"), "\(proof.text)")
    try workspace.write(Self.problem.replacingOccurrences(of: "link}", with: "bus}"), to: "p.yaml")
    let refused = try workspace.pipeloom("search", "p.yaml")
    #expect(refused.status == 65)
    #expect(
      refused.errors.contains("p.yaml:6: communication.serialise: expected link or uplink, found \"bus\""))
  }
}
