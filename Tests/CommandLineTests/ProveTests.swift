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

  @Test(
    "What does not go with it is refused",
    arguments: [["--backward", "fused"], ["--sweep-memory", "0.5x:1x:0.25x"]])
  func refused(flags: [String]) throws {
    let outcome = try workspace.pipeloom(["search", "uniform-4x8", "--prove"] + flags)
    #expect(outcome.status == 64)
  }
}
