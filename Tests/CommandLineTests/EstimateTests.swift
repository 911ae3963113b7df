import Foundation
import Testing

@Suite("pipeloom estimate")
struct EstimateTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    for (name, text) in Self.configurations { try workspace.write(text, to: "\(name).json") }
  }

  /// Keys of published configurations, as far as costs depend on them.
  private static let configurations = [
    "llama": """
    {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
     "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256}
    """,
    "deepseek": """
    {"model_type": "deepseek_v3", "hidden_size": 7168, "num_hidden_layers": 61, "num_attention_heads": 128,
     "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
     "v_head_dim": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256,
     "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3,
     "num_nextn_predict_layers": 1, "vocab_size": 129280}
    """,
    "gpt2": """
    {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}
    """,
  ]

  private func figures(_ report: [String: Any], _ key: String) throws -> [String: Any] {
    try #require(report[key] as? [String: Any])
  }

  @Test("counts parameters and FLOPs without a machine")
  func counts() throws {
    let outcome = try workspace.pipeloom("estimate", "deepseek.json", "--sequence", "8192", "--json")
    outcome.expectSuccess()
    let report = try outcome.object()
    let parameters = try figures(report, "parameters")
    #expect(parameters["total"] as? Double == 671_026_419_200)
    #expect(parameters["active"] as? Double == 37_552_297_472)
    #expect(parameters["embedding"] as? Double == 926_679_040)
    #expect(parameters["mtp"] as? Double == 11_610_068_224)
    let flops = try figures(report, "flopsPerToken")
    #expect((flops["forward"] as? Double).map { $0 * 8192 } == 767_753_388_556_288)
    #expect(flops["training"] as? Double == (flops["forward"] as? Double).map { $0 * 3 })
    let bytes = try figures(report, "bytesPerToken")
    // 8h + 4q + 4c + 2r + a (4 (p + r) + 4v + 4) + 6f.
    let held = 8 * 7168 + 4 * 2048 + 128 + 128 * (4 * 192 + 4 * 128 + 4) + 6 * 18432
    #expect(bytes["denseLayer"] as? Int == held)
    #expect(report["layers"] == nil)
    #expect(report["estimate"] as? Bool == true)
    let text = try workspace.pipeloom("estimate", "deepseek.json")
    text.expectSuccess()
    for part in ["671,026,419,200", "37,552,297,472", "11,610,068,224"] { #expect(text.text.contains(part)) }
  }

  @Test("writes a problem whose layers other commands cut, time and search")
  func problem() throws {
    let outcome = try workspace.pipeloom(
      "estimate", "deepseek.json", "--hardware", "H100", "--expert", "64", "--devices", "16", "--chunks", "2",
      "--microbatches", "16", "-o", "p.json")
    outcome.expectSuccess()
    for text in ["layers.3-60", "mtp.layers.0", "An estimate, not a measurement", "Written to p.json"] {
      #expect(outcome.text.contains(text), "\(text)")
    }
    let problem = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: workspace.url("p.json"))) as? [String: Any])
    let source = try #require(problem["source"] as? String)
    #expect(source.hasPrefix("ESTIMATE, not measured"))
    #expect(source.contains("data sheet"))
    let layers = try #require(problem["layers"] as? [[String: Any]])
    #expect(
      layers.map { $0["name"] as? String } == [
        "embed_tokens", "layers", "layers", "norm", "lm_head", "mtp.layers",
      ])
    #expect(layers[1]["repeat"] as? Int == 3)
    #expect(layers[2]["repeat"] as? Int == 58)
    #expect((problem["partition"] as? [String: Any])?["stages"] as? Int == 32)
    try workspace.pipeloom(
      "generate", "interleaved", "p.json", "--partition", "equal", "--modes", "full", "-o", "s.json"
    )
    .expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("with the time of one run makes a problem that takes it")
  func measured() throws {
    let flags = ["--hardware", "a100", "--devices", "4", "--microbatches", "8", "--sequence", "2048"]
    try workspace.pipeloom(
      ["estimate", "llama.json"] + flags + ["--measured", "1234.5", "-o", "p.json"]
    ).expectSuccess()
    let report = try workspace.pipeloom(
      "generate", "1f1b", "p.json", "--partition", "equal", "--memory-limit", "1000", "--json"
    ).object()
    let makespan = try #require((report["summary"] as? [String: Any])?["makespan"] as? Double)
    #expect(abs(makespan / 1234.5 - 1) < 1e-3)
  }

  @Test("with measured stages has layers of their slope")
  func profile() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      units: {time: us}
      devices: 4
      microbatches: 1
      stages:
        - {forward: 9000, backwardInput: 9000, backwardWeight: 9000}
        - {forward: 4300, backwardInput: 5400, backwardWeight: 3500}
        - {forward: 3300, backwardInput: 4200, backwardWeight: 2800}
        - {forward: 9000, backwardInput: 9000, backwardWeight: 9000}

      """, to: "profile.yaml")
    let command = [
      "estimate", "llama.json", "--hardware", "h100", "--devices", "8", "--profile", "profile.yaml",
      "--profile-layers", "3,4,3,2",
    ]
    let report = try workspace.pipeloom(command + ["--json"]).object()
    let layers = try #require(report["layers"] as? [[String: Any]])
    let layer = try #require(layers.first { $0["count"] as? Int == 32 })
    // A layer takes 1, 1.2 and 0.7 ms; 0.3, 0.6 and 0.7 ms of a stage are shared by four.
    #expect(layer["forward"] as? Double == 1.075)
    #expect(layer["backwardInput"] as? Double == 1.35)
    #expect(layer["backwardWeight"] as? Double == 0.875)
    let same = try workspace.pipeloom(command.dropLast() + ["3,3,3,3"])
    same.expectRefusal(Status.badInput, naming: ["profile.yaml", "two different numbers of layers"])
    try workspace.pipeloom(command.dropLast() + ["3,3"])
      .expectRefusal(Status.badInput, naming: ["--profile-layers", "4 stages", "found 2"])
    try workspace.pipeloom(Array(command.dropLast(2)))
      .expectRefusal(Status.badInput, naming: ["profile.yaml", "names of the layers"])
  }

  @Test("reads a machine from standard input, and writes a problem there")
  func streams() throws {
    let machine = """
      pipeloom: hardware/1
      name: mine
      peak: 1e15
      efficiency: 0.5
      memory: {bandwidth: 2e12, limit: 80e9}
      links: {tensor: 4e11, pipeline: 5e10}

      """
    let outcome = try workspace.pipeloom(
      "estimate", "gpt2.json", "--hardware", "-", "-o", "-", input: machine)
    outcome.expectSuccess()
    #expect(try outcome.object()["name"] as? String == "gpt2 on mine")
  }

  @Test("prints what docs/estimate.md shows")
  func page() throws {
    let page = try String(contentsOf: Repository.url("docs/estimate.md"), encoding: .utf8)
    try workspace.write(try #require(ConsoleExample.blocks("json", of: page).first), to: "config.json")
    let machine = try #require(ConsoleExample.blocks("yaml", of: page).first)
    try workspace.write(machine, to: "machine.yaml")
    let examples = ConsoleExample.all(in: page)
    #expect(examples.count >= 1)
    for example in examples { try example.check(in: workspace) }
    try workspace.pipeloom("estimate", "config.json", "--hardware", "machine.yaml").expectSuccess()
  }
}
