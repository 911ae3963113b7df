import Testing

@Suite("pipeloom estimate refuses")
struct EstimateRefusalTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let llama =
    #"{"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "#
    + #""intermediate_size": 96, "vocab_size": 100}"#
  private static let mixtral =
    #"{"model_type": "mixtral", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "#
    + #""intermediate_size": 96, "vocab_size": 100, "num_local_experts": 8, "num_experts_per_tok": 2}"#
  private static let machine = """
    pipeloom: hardware/1
    peak: 1e15
    efficiency: 0.5
    memory: {bandwidth: 2e12, limit: 80e9}
    links: {tensor: 4e11, pipeline: 5e10}

    """

  @Test(
    "configurations that say too little, with file and key",
    arguments: [
      (llama.replacing(#""hidden_size": 64, "#, with: ""), ["c.json:1", "hidden_size", "n_embd"]),
      (
        llama.replacing("llama", with: "bert"),
        ["c.json:1: model_type", "llama, mistral", "glm4_moe", "bert"]
      ),
      (llama.replacing("64", with: #""wide""#), ["c.json:1: hidden_size", "a count", "wide"]),
      (llama.replacing("64", with: "-1"), ["c.json:1: hidden_size", "from 1", "-1"]),
      ("{", ["c.json"]), ("[]", ["c.json:1", "a list"]), ("", ["c.json", "nothing"]),
    ])
  func configurations(text: String, texts: [String]) throws {
    try workspace.write(text, to: "c.json")
    try workspace.pipeloom("estimate", "c.json", "--json").expectRefusal(Status.badInput, naming: texts)
  }

  @Test(
    "degrees that do not divide, with file and key",
    arguments: [
      (llama, ["--tensor", "3"], ["c.json:1: num_attention_heads", "multiple of 3", "found 4"]),
      (
        llama.replacing("96", with: "90"), ["--tensor", "4"],
        ["c.json:1: intermediate_size", "multiple of 4", "90"]
      ),
      (mixtral, ["--expert", "3"], ["c.json:1: num_local_experts", "multiple of 3", "found 8"]),
      (llama, ["--expert", "2"], ["c.json:1: model_type", "experts"]),
    ])
  func degrees(text: String, flags: [String], texts: [String]) throws {
    try workspace.write(text, to: "c.json")
    try workspace.pipeloom(["estimate", "c.json"] + flags).expectRefusal(Status.badInput, naming: texts)
  }

  @Test(
    "machines that say too little, with file and key",
    arguments: [
      (machine.replacing("peak: 1e15\n", with: ""), [], ["m.yaml:1", "peak"]),
      (machine.replacing("peak: 1e15", with: "peak: none"), [], ["m.yaml:2: peak", "none"]),
      (machine.replacing("limit", with: "limits"), [], ["m.yaml:4: memory.limits", "limit"]),
      (machine.replacing("hardware/1", with: "problem/1"), [], ["m.yaml:1: pipeloom", "hardware/1"]),
      (machine, ["--precision", "fp8"], ["m.yaml: peak", "fp8"]),
    ] as [(String, [String], [String])])
  func machines(text: String, flags: [String], texts: [String]) throws {
    try workspace.write(Self.llama, to: "c.json")
    try workspace.write(text, to: "m.yaml")
    try workspace.pipeloom(["estimate", "c.json", "--hardware", "m.yaml"] + flags)
      .expectRefusal(Status.badInput, naming: texts)
  }

  @Test("what is not there")
  func missing() throws {
    try workspace.write(Self.llama, to: "c.json")
    try workspace.pipeloom("estimate", "no.json").expectRefusal(Status.missingInput, naming: ["no.json"])
    try workspace.pipeloom("estimate", "c.json", "--hardware", "h1000")
      .expectRefusal(Status.missingInput, naming: ["h1000", "a100", "mi300x"])
    try workspace.pipeloom("estimate", "c.json", "--hardware", "h100", "-o", "no/such.json")
      .expectRefusal(Status.inputOutput, naming: ["no/such.json"])
  }

  @Test(
    "flags that do not go together",
    arguments: [
      (["-o", "p.json"], ["--output", "--hardware"]),
      (["--measured", "5"], ["--measured", "--hardware"]),
      (["--context", "3"], ["--sequence", "multiple of 3", "4096"]),
      (["--hardware", "-", "--profile", "-"], ["'-' once"]),
    ])
  func combinations(flags: [String], texts: [String]) throws {
    try workspace.write(Self.llama, to: "c.json")
    try workspace.pipeloom(["estimate", "c.json"] + flags).expectRefusal(Status.usage, naming: texts)
    #expect(!workspace.exists("p.json"))
  }

  @Test("experts shared by copies that are not there, and more stages than layers")
  func sizes() throws {
    try workspace.write(Self.mixtral, to: "c.json")
    try workspace.pipeloom("estimate", "c.json", "--expert", "8", "--data", "4")
      .expectRefusal(Status.usage, naming: ["--expert", "4 x 1", "found 8"])
    try workspace.pipeloom("estimate", "c.json", "--hardware", "h100", "--devices", "9", "-o", "p.json")
      .expectRefusal(Status.badInput, naming: ["c.json", "partition.stages", "found 9"])
    #expect(!workspace.exists("p.json"))
  }

  @Test(
    "wrong values of flags, in the words of the argument parser",
    arguments: [
      ["--tensor", "0"], ["--sequence", "x"], ["--precision", "int4"], ["--optimizer", "sgd"],
      ["--gradients", "8"], ["--devices", "70000"], ["--devices", "60000", "--chunks", "60000"],
      ["--measured", "1", "--profile", "p"], ["--profile-layers", "1,2"], ["--measured", "-1"],
    ])
  func usage(flags: [String]) throws {
    try workspace.write(Self.llama, to: "c.json")
    try workspace.pipeloom(["estimate", "c.json"] + flags).expectUsage(naming: [flags[0]])
  }
}
