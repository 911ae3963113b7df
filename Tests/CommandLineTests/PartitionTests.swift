import Testing

/// Layers and how they are cut, through the built program.
@Suite("Layers through the program")
struct PartitionTests {
  /// Seven equal layers with a head that takes as long as two, and a mode that recomputes.
  private static let layers = """
    {"pipeloom": "problem/1", "devices": 3, "microbatches": 8, "memoryLimit": 12, "layers": [
      {"repeat": 7, "forward": 1, "backwardInput": 1, "backwardWeight": 1,
       "modes": [{"name": "full", "backwardInput": 2, "checkpoint": 0.1}]},
      {"name": "head", "together": true, "forward": 2, "backwardInput": 2, "backwardWeight": 2}]}
    """

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.layers, to: "p.json")
  }

  @Test("A search cuts the layers, says what others would have cost, and its file is checked")
  func search() throws {
    let found = try workspace.pipeloom("search", "p.json", "--iterations", "4000", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("Layers: 3, 3, 2, chosen by search"), "\(found.text)")
    #expect(found.text.contains("optimal: gap 0"), "\(found.text)")
    let text = try workspace.text("s.json")
    #expect(text.contains(#""partition": [3, 3, 2]"#))
    #expect(text.contains(#""repeat": 7"#))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
    // One name for all stages is one name.
    try workspace.pipeloom(
      "search", "p.json", "--modes-per", "problem", "--memory-limit", "8", "--iterations", "2000", "-o",
      "s.json"
    ).expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("The optimum over all partitions is proved: three layers each would take longer")
  func prove() throws {
    let proved = try workspace.pipeloom("search", "p.json", "--prove", "--time-limit", "20", "--json")
    proved.expectSuccess()
    #expect(proved.text.contains(#""optimal" : true"#) || proved.text.contains(#""optimal": true"#))
    #expect(proved.text.contains(#""counts""#))
  }

  @Test("Every command cuts the layers as the flag says")
  func flags() throws {
    for (rule, counts) in [("equal", "3, 3, 2"), ("2,3,3", "2, 3, 3"), ("balanced", "3, 3, 2")] {
      try workspace.pipeloom("generate", "zb-h1", "p.json", "--partition", rule, "-o", "s.json")
        .expectSuccess()
      #expect(try workspace.text("s.json").contains("\"partition\": [\(counts)]"), "\(rule)")
      try workspace.pipeloom("check", "s.json").expectSuccess()
    }
    let retimed = try workspace.pipeloom("simulate", "s.json", "--partition", "2,2,4")
    retimed.expectSuccess()
    #expect(retimed.text.contains("Layers: 2, 2, 4"))
    let compared = try workspace.pipeloom(
      "compare", "--families", "1f1b,zb-v", "p.json", "--partition", "equal")
    compared.expectSuccess()
    // Chunks are made of whole layers.
    try workspace.pipeloom(
      "generate", "zb-v", "p.json", "--chunks", "2", "--partition", "1,1,1,1,2,2", "-o", "v.json"
    ).expectSuccess()
    #expect(try workspace.text("v.json").contains(#""placement": "v""#))
    try workspace.pipeloom("check", "v.json").expectSuccess()
  }

  @Test("A cut that is not there or cannot be is told in one line")
  func refusals() throws {
    let cases: [([String], String)] = [
      (["generate", "1f1b", "p.json"], "p.json: expected how many layers each stage has, found none"),
      (
        ["generate", "1f1b", "p.json", "--partition", "3,2,1"],
        "--partition: expected numbers that add up to the 8 layers"
      ),
      (
        ["generate", "1f1b", "p.json", "--partition", "4,3,1"],
        "--partition: expected layer 7 (head) on the stage of"
      ),
      (
        ["generate", "1f1b", "uniform-4x8", "--partition", "equal"],
        "--partition: expected a problem that gives layers"
      ),
      (["search", "p.json", "--memory-limit", "1"], "expected at least"),
      (["search", "p.json", "--modes", "half"], "--modes: layers: expected a mode"),
      (["search", "p.json", "--chunks", "9"], "--chunks: expected at most 7 stages"),
    ]
    for (arguments, message) in cases {
      let refused = try workspace.pipeloom(arguments)
      refused.expect(Status.badInput)
      #expect(refused.errors.contains(message), "\(arguments): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("What lays out whole stages needs a partition, and has an effect with one")
  func layouts() throws {
    for flags in [["--pieces", "2"], ["--placement", "bidirectional"]] {
      let refused = try workspace.pipeloom(["search", "p.json"] + flags)
      refused.expect(Status.usage)
      #expect(refused.errors.contains("the layers are still to be cut"), "\(refused.errors)")
    }
    try workspace.pipeloom(
      "search", "p.json", "--partition", "equal", "--pieces", "2", "--memory-limit", "40", "--iterations",
      "500", "-o", "s.json"
    ).expectSuccess()
    #expect(try workspace.text("s.json").contains("\"pieces\": 2"))
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }
}
