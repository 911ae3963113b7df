import Testing

/// Layouts of Megatron through the built program.
@Suite("import --format megatron")
struct LayoutImportTests {
  private static let times = """
    E: {forward: 0.1, backwardInput: 0, backwardWeight: 0.2}
    t: {forward: 1, backwardInput: 1.1, backwardWeight: 0.9}
    m: {forward: 1.6, backwardInput: 1.7, backwardWeight: 1.2}
    L: {forward: 0.8, backwardInput: 0.8, backwardWeight: 0.8}

    """
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.times, to: "times.yaml")
  }

  @Test(
    "A layout becomes a problem, and the export of its schedule says the same layout",
    arguments: [
      ("Et*3|(tt|)*2tL", "4", "Et*3|t*2|t*2|tL"),
      ("Et|(tt|)*2|tt|t*2|(t|)*1mL", "4", "Et|t*2|t*2||t*2|t*2|t|mL"),
    ])
  func again(_ layout: String, _ devices: String, _ written: String) throws {
    try workspace.pipeloom(
      "import", layout, "--format", "megatron", "--layer-times", "times.yaml", "--devices", devices,
      "--microbatches", "8", "-o", "p.json"
    ).expectSuccess()
    let family =
      written.split(separator: "|", omittingEmptySubsequences: false).count == 4 ? "1f1b" : "interleaved"
    try workspace.pipeloom("generate", family, "p.json", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("export", "s.json", "--format", "megatron", "-o", "m.txt").expectSuccess()
    let text = try workspace.text("m.txt")
    #expect(text.contains("'\(written)'"), "\(text)")
  }

  @Test("Layers of a problem are placed as the layout says")
  func problem() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 2
      microbatches: 4
      layers:
        - {name: embed_tokens, forward: 1, backwardInput: 0, backwardWeight: 1}
        - {name: layers, repeat: 3, forward: 2, backwardInput: 2, backwardWeight: 2}
        - {name: norm, forward: 0.1, backwardInput: 0.1, backwardWeight: 0.1}
        - {name: lm_head, together: true, forward: 3, backwardInput: 3, backwardWeight: 3}

      """, to: "layers.yaml")
    try workspace.pipeloom(
      "import", "Et|ttL", "--format", "megatron", "--layer-times", "layers.yaml", "-o", "p.json"
    ).expectSuccess()
    #expect(try workspace.text("p.json").contains(#""partition": [2, 4]"#))
    let refused = try workspace.pipeloom(
      "import", "Et|tL", "--format", "megatron", "--layer-times", "layers.yaml")
    refused.expect(Status.badInput)
    #expect(
      refused.errors.contains(
        "expected 3 layers of the letter t, as many as there are, found 2 in the layout"))
  }

  @Test("What is missing or wrong is told in one line")
  func refusals() throws {
    let cases: [([String], Int32, String)] = [
      (["Et|L"], Status.usage, "--layer-times: expected a file"),
      (["Et|L", "--layer-times", "times.yaml"], Status.usage, "expected --devices and --microbatches"),
      (["Et|Lx", "--layer-times", "times.yaml"], Status.badInput, "'Et|Lx': column 5: expected E, t, m, L"),
      (
        ["Et|t|L", "--layer-times", "times.yaml", "--devices", "2", "--microbatches", "2"], Status.badInput,
        "expected 2 entries, one per stage, found 3"
      ),
    ]
    for (arguments, status, message) in cases {
      let refused = try workspace.pipeloom(["import"] + arguments + ["--format", "megatron"])
      refused.expect(status)
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
    let unused = try workspace.pipeloom(
      "import", "a.csv", "--format", "torch-csv", "--layer-times", "times.yaml")
    unused.expect(Status.usage)
  }
}
