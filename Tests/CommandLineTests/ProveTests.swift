import Foundation
import Testing

/// `search --prove`: what it says when it comes to an end, and when it does not.
@Suite("pipeloom search --prove")
struct ProveTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The study's vD3M6ur50, whose least makespan is 50: bounds alone leave it open.
  private static let open = """
    pipeloom: problem/1
    devices: 3
    memoryLimit: 6
    microbatches: 6
    placement: v
    stages:
      - {repeat: 6, forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 2, activationForW: 1}
    """

  /// Two stages of unequal cost on each of four devices, with little memory: far too many orders.
  private static let hard = """
    pipeloom: problem/1
    devices: 4
    memoryLimit: 8
    microbatches: 8
    placement: loop
    stages:
      - {repeat: 3, forward: 10, backwardInput: 14, backwardWeight: 7, activationForB: 2, activationForW: 1}
      - {repeat: 3, forward: 13, backwardInput: 19, backwardWeight: 7, activationForB: 2, activationForW: 1}
      - {repeat: 2, forward: 12, backwardInput: 17, backwardWeight: 9, activationForB: 2, activationForW: 1}
    """

  @Test("A proof ends with a gap of zero, in text, in JSON and in the file")
  func proved() throws {
    try workspace.write(Self.open, to: "p.yaml")
    let outcome = try workspace.pipeloom("search", "p.yaml", "--iterations", "0", "--prove", "-o", "s.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("\n  Proved optimal: "))
    #expect(outcome.text.contains("optimal: gap 0"))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let json = try workspace.pipeloom("search", "p.yaml", "--iterations", "0", "--prove", "--json")
    let exact = try #require(try json.object()["exactSearch"] as? [String: Any])
    #expect(Set(exact.keys) == ["proved", "nodes", "seconds", "lowerBound"])
    #expect(exact["proved"] as? Bool == true)
    #expect(exact["lowerBound"] as? Double == 50)
    #expect(exact["nodes"] as? Int ?? 0 > 0)
  }

  @Test("Without a proof in time it says how far it came")
  func open() throws {
    try workspace.write(Self.hard, to: "p.yaml")
    let outcome = try workspace.pipeloom(
      "search", "p.yaml", "--objective", "period", "--time-limit", "1", "--prove")
    outcome.expectSuccess()
    #expect(outcome.text.contains("\n  Not proved"))
    #expect(outcome.text.contains("no schedule below "))
  }

  @Test("Plain searches say nothing of it")
  func plain() throws {
    try workspace.write(Self.open, to: "p.yaml")
    let outcome = try workspace.pipeloom("search", "p.yaml", "--iterations", "0", "--json")
    #expect(try outcome.object()["exactSearch"] == nil)
  }

  @Test("A sweep does not go with it")
  func refused() throws {
    let outcome = try workspace.pipeloom(
      "search", "uniform-4x8", "--prove", "--sweep-memory", "0.5x:1x:0.25x")
    #expect(outcome.status == 64)
  }

  @Test("Fused schedules are proved among themselves, and files say so: 32 where 27 exist with B and W apart")
  func fused() throws {
    // Two replicas of a pipeline of four devices, one of which has lost its second: its microbatches pass through the
    // other's. Both optima are a constraint solver's.
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 8
      communication: 1
      microbatches: 8
      placement: [[0, 4], 1, [2, 6], [3, 7]]
      routes:
        - {microbatches: [0, 2, 4, 6], devices: [0, 1, 2, 3]}
        - {microbatches: [1, 3, 5, 7], devices: [4, 1, 6, 7]}
      stages:
        - {repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1, activationForW: 0}
      """, to: "p.yaml")
    for (backward, optimum) in [("fused", 32.0), ("split", 27)] {
      let outcome = try workspace.pipeloom(
        "search", "p.yaml", "--iterations", "20000", "--prove", "--backward", backward, "-o", "s.json")
      outcome.expectSuccess()
      #expect(outcome.text.contains("(of fused schedules)") == (backward == "fused"))
      let summary = try #require(
        try JSONSerialization.jsonObject(with: workspace.data("s.json")) as? [String: Any])["summary"]
      let figures = try #require(summary as? [String: Any])
      #expect(figures["makespan"] as? Double == optimum)
      #expect(figures["lowerBound"] as? Double == optimum)
      #expect(figures["backward"] as? String == (backward == "fused" ? "fused" : nil))
      #expect(try workspace.text("s.json").contains(#""op": "BW""#) == (backward == "fused"))
      try workspace.pipeloom("check", "s.json").expectSuccess()
    }
  }
}
