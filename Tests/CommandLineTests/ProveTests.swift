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
    microbatches: 24
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

  /// 38 is the optimum over all devices of the twelve pieces that a constraint solver proved (OR-tools CP-SAT 9.15); with
  /// the pieces in nobody's way it is 36.
  @Test("A proof goes through the devices that tasks may run on")
  func devicesOfTasks() throws {
    let problem = """
      pipeloom: problem/1
      devices: 3
      microbatches: 4
      stages:
        - {repeat: 3, forward: 2, backwardInput: 2, backwardWeight: 2, activationForW: 0}
      tasks:
        - {name: encoder, per: microbatch, devices: any, time: 9, pieces: 3, feeds: [0F], ahead: true}
      """
    try workspace.write(problem, to: "p.yaml")
    let fused = ["search", "p.yaml", "--backward", "fused", "--threads", "1", "--iterations", "20000"]
    let plain = try workspace.pipeloom(fused + ["--json"]).object()
    let found = try #require((plain["summary"] as? [String: Any]) ?? plain)
    #expect(found["lowerBound"] as? Double ?? 0 < 38)
    let outcome = try workspace.pipeloom(fused + ["--prove", "-o", "s.json"])
    outcome.expectSuccess()
    #expect(outcome.text.contains("lowerBound         38       optimal: gap 0 (of fused schedules)"))
    #expect(outcome.text.contains("every other choice of devices for tasks and orders"))
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  /// A gap of 3 between any two operations: whole backward passes have one less each.
  @Test("Where backward passes are to be split, a proof takes no whole ones")
  func split() throws {
    let problem = """
      pipeloom: problem/1
      devices: 2
      microbatches: 2
      gap: 3
      stages: [{repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}]
      """
    try workspace.write(problem, to: "p.yaml")
    for (backward, isWhole) in [("split", false), ("auto", true)] {
      let outcome = try workspace.pipeloom(
        "search", "p.yaml", "--backward", backward, "--prove", "--iterations", "500", "-o", "s.json")
      outcome.expectSuccess()
      #expect(outcome.text.contains("lowerBound         18 "), "\(outcome.text)")
      #expect(try workspace.text("s.json").contains(#""op": "BW""#) == isWhole)
    }
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
