import Testing

/// `placement: {choose: ...}` through the built program.
@Suite("Placements to choose from")
struct PlacementChoiceTests {
  private static let layers = """
    pipeloom: problem/1
    devices: 2
    microbatches: 6
    placement: {choose: [loop, v]}
    partition: {stages: 4}
    communication: 0.5
    layers:
      - {repeat: 6, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {name: head, together: true, forward: 2, backwardInput: 2, backwardWeight: 2}

    """
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.layers, to: "p.yaml")
  }

  @Test("A search takes the better one; its file has it, and is checked")
  func search() throws {
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "4000", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("Placement: "), "\(found.text)")
    #expect(found.text.contains("Layers: "), "\(found.text)")
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let text = try workspace.text("s.json")
    #expect(text.contains(#""placement": "v""#) || text.contains(#""placement": "loop""#))
    #expect(!text.contains("choose"))
    // No worse than the same with either of them.
    for placement in ["loop", "v"] {
      let one = try workspace.pipeloom(
        "search", "p.yaml", "--placement", placement, "--iterations", "4000", "-o", "\(placement).json")
      one.expectSuccess()
      #expect(!one.text.contains("chosen among"))
      #expect(try workspace.text("\(placement).json").contains("\"placement\": \"\(placement)\""))
    }
    let report = try workspace.pipeloom("search", "p.yaml", "--iterations", "4000", "--json").object()
    let placements = try #require(report["placements"] as? [[String: Any]])
    #expect(placements.map { $0["placement"] as? String } == ["loop", "v"])
    let values = placements.compactMap { $0["value"] as? Double }
    let chosen = placements.firstIndex { $0["isChosen"] as? Bool == true }
    #expect(values.count == 2)
    #expect(values[chosen ?? 0] == values.min())
    // In more chunks each lies as it does.
    try workspace.pipeloom("search", "p.yaml", "--chunks", "3", "--iterations", "500", "-o", "s.json")
      .expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("Commands that need one take it from the flag, and say so without")
  func others() throws {
    for command in [["generate", "zb-v"], ["compare", "--families", "zb-v,interleaved"]] {
      let arguments = command + ["p.yaml", "--partition", "equal"]
      let refused = try workspace.pipeloom(arguments)
      refused.expect(Status.badInput)
      #expect(
        refused.errors.contains(
          "p.yaml: expected one placement, found a choice among loop, v: search chooses; --placement loop does, too"
        ),
        "\(refused.errors)")
    }
    try workspace.pipeloom(
      "generate", "zb-v", "p.yaml", "--partition", "equal", "--placement", "v", "-o", "s.json"
    ).expectSuccess()
    try workspace.pipeloom("simulate", "s.json", "--problem", "p.yaml").expectRefusal(
      Status.badInput, naming: ["p.yaml: expected one placement"])
    try workspace.pipeloom("search", "p.yaml", "--placement", "bidirectional").expectRefusal(
      Status.badInput, naming: ["--placement: expected one of loop, v for p.yaml, found bidirectional"])
    try workspace.pipeloom("search", "p.yaml", "--sweep-memory", "1x:2x:1x").expectRefusal(
      Status.usage, naming: ["--sweep-memory: the placement is still to be chosen"])
  }

  @Test("Stages are placed, too, and what is no choice is refused by its key")
  func stages() throws {
    let text = """
      pipeloom: problem/1
      devices: 2
      microbatches: 4
      placement: {choose: [loop, v]}
      stages: [{repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}]

      """
    try workspace.write(text, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--prove", "--time-limit", "20")
    found.expectSuccess()
    #expect(found.text.contains("Proved optimal") || found.text.contains("optimal: gap 0"), "\(found.text)")
    for (part, replacement, message) in [
      ("[loop, v]", "[loop, loop]", "bad.yaml:4: placement.choose[1]: expected each placement once"),
      ("[loop, v]", "[]", "bad.yaml:4: placement.choose: expected at least one placement"),
      ("[loop, v]", "[zigzag]", "bad.yaml:4: placement.choose[0]: expected one of sequential, loop, v"),
      ("[loop, v]", "[loop, sequential]", "placement.choose[1]: expected one stage per device"),
      ("{choose: [loop, v]}", "{choose: [v], devicesPerStage: [1]}", "found both"),
      (
        "stages:", "routes: [{stages: [0, 1, 2, 3]}]\nstages:",
        "routes: expected no \"routes\" where the placement"
      ),
    ] {
      try workspace.write(text.replacing(part, with: replacement), to: "bad.yaml")
      try workspace.pipeloom("search", "bad.yaml").expectRefusal(Status.badInput, naming: [message])
    }
  }
}
