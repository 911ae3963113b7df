import Testing

/// Lists of modules of torchtitan and NeMo through the built program.
@Suite("import --format torchtitan and nemo")
struct ModuleListImportTests {
  private static let layers = """
    pipeloom: problem/1
    devices: 2
    microbatches: 8
    layers:
      - {name: embed_tokens, forward: 0.1, backwardInput: 0, backwardWeight: 0.2}
      - {name: layers, repeat: 6, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {name: norm, forward: 0.1, backwardInput: 0.1, backwardWeight: 0.1}
      - {name: lm_head, together: true, forward: 2, backwardInput: 2, backwardWeight: 2}

    """
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.layers, to: "layers.yaml")
  }

  @Test(
    "What an export says is read back: the same partition on the same devices",
    arguments: [
      ("torchtitan", "torchtitan", "toml"), ("nemo", "nemo", "yaml"),
    ],
    [
      ("1f1b", [String](), "4,5"), ("interleaved", ["--chunks", "2"], "2,2,2,3"),
      ("zb-v", ["--chunks", "2"], "3,2,2,2"),
    ])
  func again(
    _ names: (config: String, format: String, ending: String), _ schedule: (String, [String], String)
  ) throws {
    let (family, flags, counts) = schedule
    try workspace.pipeloom(
      ["generate", family, "layers.yaml", "--partition", counts, "-o", "s.json"] + flags
    ).expectSuccess()
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", names.config, "-o", "a.csv"
    ).expectSuccess()
    let head = names.ending == "toml" ? "output" : "lm_head"
    #expect(try workspace.text("a.\(names.ending)").contains("\"\(head)\""))
    try workspace.pipeloom(
      "import", "a.\(names.ending)", "--format", names.format, "--layer-times", "layers.yaml", "-o", "p.json"
    ).expectSuccess()
    let text = try workspace.text("p.json")
    let placement = family == "zb-v" ? "v" : family == "1f1b" ? "sequential" : "loop"
    #expect(text.contains("\"partition\": [\(counts.replacing(",", with: ", "))]"), "\(text)")
    #expect(text.contains("\"placement\": \"\(placement)\""), "\(text)")
    // And once more from the letters' figures: the list says devices and microbatches.
    try workspace.write(
      """
      E: {forward: 0.1, backwardInput: 0, backwardWeight: 0.2}
      t: {forward: 1, backwardInput: 1, backwardWeight: 1}
      L: {forward: 2, backwardInput: 2, backwardWeight: 2}

      """, to: "times.yaml")
    try workspace.pipeloom(
      "import", "a.\(names.ending)", "--format", names.format, "--layer-times", "times.yaml", "-o", "q.json"
    ).expectSuccess()
    try workspace.pipeloom("generate", family, "q.json", "-o", "s.json").expectSuccess()
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", names.config, "-o", "b.csv"
    ).expectSuccess()
    let lists = try ["a", "b"].map { file in
      let text = try workspace.text("\(file).\(names.ending)")
      let lines = text.split(separator: "\n").filter { $0.contains("layers.") && !$0.contains("#") }
      return lines.map { $0.replacing("\"output\"", with: "\"lm_head\"") }
    }
    #expect(lists[0] == lists[1])
  }

  @Test("What no model of the trainer has is refused by name, with its line")
  func refusals() throws {
    try workspace.write(
      "[parallelism]\nmodule_fqns_per_model_part = [\n  [\"embed\", \"layers.0\"],\n  [\"norm\", \"lm_head\"],\n]\n",
      to: "t.toml")
    try workspace.pipeloom("import", "t.toml", "--format", "torchtitan", "--layer-times", "layers.yaml")
      .expectRefusal(
        Status.badInput,
        naming: [
          "t.toml:3: module_fqns_per_model_part[0][0]: expected a module of torchtitan (tok_embeddings, layers.0, "
            + "norm, lm_head, or output in other versions), found \"embed\""
        ])
    try workspace.pipeloom("import", "t.toml", "--format", "nemo", "--layer-times", "layers.yaml")
      .expectRefusal(Status.badInput, naming: ["t.toml"])
    try workspace.pipeloom("import", "t.toml", "--format", "torchtitan")
      .expectRefusal(Status.usage, naming: ["--layer-times: expected a file"])
    try workspace.pipeloom("import", "none.toml", "--format", "torchtitan", "--layer-times", "layers.yaml")
      .expectRefusal(Status.missingInput, naming: ["none.toml"])
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 2
      microbatches: 4
      stages:
        - {forward: 2, backwardInput: 2, backwardWeight: 2, layers: [embed_tokens, adapter, layers.0]}
        - {forward: 2, backwardInput: 2, backwardWeight: 2, layers: [layers.1, norm, lm_head]}

      """, to: "adapter.yaml")
    try workspace.pipeloom("generate", "1f1b", "adapter.yaml", "-o", "s.json").expectSuccess()
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", "nemo", "-o", "a.csv"
    )
    .expectRefusal(
      Status.badInput,
      naming: [
        "nemo: expected layers that NeMo has modules for (model.embed_tokens, ",
        "found \"adapter\" on stage 0",
      ])
    #expect(!workspace.exists("a.csv"))
  }
}
