import Testing

/// Presets of published models: each is what `estimate` says of its configuration, cut as its layout says.
@Suite("Presets of published models")
struct ModelPresetTests {
  private static let models: [(preset: String, estimate: String, layout: String)] = [
    (
      "llama-3.1-405b-h100",
      "llama-3.1-405b.json --hardware h100 --tensor 8 --sequence-parallel --data 128 --sequence 8192 --devices 16 --microbatches 16",
      // arXiv 2407.21783, section 3.3.2: one layer less on the first and the last stage.
      "Et*7|(t*8|)*14t*7L"
    ),
    (
      "llama-3-70b-h100",
      "llama-3-70b.json --hardware h100 --precision fp8 --tensor 4 --sequence-parallel --data 2 --sequence 8192 --devices 8 --microbatches 128",
      // Megatron-Bridge at 067f987df, perf_recipes/llama/h100/llama3.py.
      "Et*2|(t*2|)*34,t*3|(t*2|)*3,tL"
    ),
    (
      "deepseek-v3-h100",
      "deepseek-v3.json --hardware h100 --tensor 2 --sequence-parallel --expert 32 --data 32 --sequence 4096 --devices 16 --microbatches 128",
      // Megatron-Bridge at 067f987df, recipes/deepseek/h100/deepseek_v3.py.
      "Et*4|(t*4|)*14tmL"
    ),
    (
      "kimi-k2-h100",
      "kimi-k2.json --hardware h100 --tensor 2 --sequence-parallel --expert 16 --data 16 --sequence 4096 --devices 16 --microbatches 256",
      // Megatron-Bridge at 067f987df, recipes/kimi/h100/kimi_k2.py.
      "Et*4|(t*4|)*14tL"
    ),
    (
      "mixtral-8x22b-mi300x",
      "mixtral-8x22b.json --hardware mi300x-experts-in-node.yaml --expert 8 --data 8 --sequence 8192 --microbatch-size 2 --devices 4 --microbatches 8",
      // Primus at fd1eeabb, examples/megatron/configs/MI300X: equally many.
      "Et*14|t*14|t*14|t*14L"
    ),
  ]

  @Test("are estimates of their configurations in the layouts of their sources", arguments: 0..<5)
  func estimated(index: Int) throws {
    let (preset, estimate, layout) = Self.models[index]
    let workspace = try Workspace()
    let arguments = estimate.split(separator: " ").map { word in
      word.hasSuffix(".json") || word.hasSuffix(".yaml")
        ? Repository.url("schedules/models/\(word)").path : String(word)
    }
    try workspace.pipeloom(["estimate"] + arguments + ["-o", "e.json"]).expectSuccess()
    try workspace.pipeloom(
      "import", layout, "--format", "megatron", "--layer-times", "e.json", "-o", "p.json"
    ).expectSuccess()
    // As it is written by a command that changes nothing of it.
    try workspace.pipeloom(
      "import", layout, "--format", "megatron", "--layer-times",
      Repository.url("Sources/ScheduleFormats/Presets/\(preset).yaml").path, "-o", "q.json"
    ).expectSuccess()
    func figures(_ file: String) throws -> [Substring] {
      try workspace.text(file).split(separator: "\n").filter {
        !$0.contains("\"name\": \"") && !$0.contains("\"source\"") || $0.contains("\"forward\"")
      }
    }
    #expect(try figures("p.json") == figures("q.json"))
    // The layout is the one that the preset has: a schedule of it says the same.
    let family = preset.contains("70b") ? "interleaved" : "1f1b"
    try workspace.pipeloom("generate", family, preset, "--modes", "full", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    #expect(try Self.counts(in: workspace.text("s.json")) == Self.counts(in: workspace.text("p.json")))
  }

  private static func counts(in text: String) -> Substring? {
    text.split(separator: "\n").first { $0.contains("\"partition\"") }.map { $0.drop { $0 != "[" } }
  }

  @Test("are cut anew by a search that is asked to")
  func open() throws {
    let workspace = try Workspace()
    let closed = try workspace.pipeloom("search", "mixtral-8x22b-mi300x", "--iterations", "2000")
    closed.expectSuccess()
    #expect(closed.text.contains("Layers: 15, 14, 14, 16\n"), "\(closed.text)")
    let open = try workspace.pipeloom(
      "search", "mixtral-8x22b-mi300x", "--partition", "open", "--iterations", "2000", "-o", "s.json")
    open.expectSuccess()
    #expect(open.text.contains("chosen by search"), "\(open.text)")
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("generate", "1f1b", "mixtral-8x22b-mi300x", "--partition", "open").expectRefusal(
      Status.usage, naming: ["--partition: expected equal, balanced or counts, found open"])
    try workspace.pipeloom("search", "uniform-4x8", "--partition", "open").expectRefusal(
      Status.badInput, naming: ["--partition"])
  }
}
