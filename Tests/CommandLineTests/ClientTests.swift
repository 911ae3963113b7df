import Foundation
import Testing

/// Clients as they are today: versions of PyTorch and torchtitan, SkipPipe's trainer, the old letters of a CSV.
@Suite("Versions of clients")
struct ClientTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The fixture of what ten loaders did: clients-and-newcomers, section 2, run on fifteen files.
  @Test(
    "A version of PyTorch refuses what its loader refuses",
    arguments: [
      (["1f1b", "uniform-4x8"], "2.6", nil),
      (["interleaved-zb", "uniform-4x8", "--chunks", "2"], "2.6", nil),
      (["zb-v", "uniform-4x8", "--chunks", "2"], "2.6", "expected stages in a loop"),
      (["zb-v", "uniform-4x8", "--chunks", "2"], "2.7.1", nil),
      (["hanayo", "uniform-4x8", "--chunks", "4"], "2.6.0", "expected stages in a loop"),
      (["dualpipe-v", "uniform-4x8", "--chunks", "2", "--overlap", "1"], "2.8", "reads no overlapped pairs"),
      (["dualpipe-v", "uniform-4x8", "--chunks", "2", "--overlap", "1"], "2.9", nil),
      (["dualpipe-v", "uniform-4x8", "--chunks", "2", "--overlap", "1"], "2.15", nil),
      (["gpipe", "uniform-4x8"], "2.5", "expected PyTorch 2.6 or later"),
    ] as [([String], String, String?)])
  func torch(arguments: [String], version: String, refusal: String?) throws {
    let made = try workspace.pipeloom(["generate"] + arguments + ["-o", "s.json"])
    try #require(made.status == 0)
    let outcome = try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--torch", version, "-o", "s.csv")
    if let refusal {
      outcome.expectRefusal(Status.badInput, naming: ["torch-csv", refusal])
      #expect(!workspace.exists("s.csv"))
    } else {
      outcome.expectSuccess()
      let plain = try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "-")
      #expect(try workspace.data("s.csv") == plain.output)
    }
  }

  /// Found with the loader of 2.6.0, which `make test-frameworks` runs.
  @Test("PyTorch 2.6 takes stages to lie in a loop, also where no two neighbours are on one device")
  func zigzag() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 3
      placement: [0, 1, 2, 1, 0]
      microbatches: 4
      stages: [{repeat: 5, forward: 1, backwardInput: 1, backwardWeight: 1}]
      """, to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--iterations", "100", "-o", "s.json").expectSuccess()
    func exported(_ version: String) throws -> Program.Outcome {
      try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "--torch", version, "-o", "s.csv")
    }
    try exported("2.6").expectRefusal(
      Status.badInput,
      naming: ["expected stages in a loop", "found stage 3 on device 1", "PyTorch 2.7 or later"])
    try exported("2.7").expectSuccess()
  }

  @Test("Versions that are none, and formats without any, are usage errors")
  func versions() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    for version in ["2", "two", "2.x", "2.8.1.1", "-2.8"] {
      try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "--torch", version, "-o", "s.csv")
        .expect(Status.usage)
    }
    try workspace.pipeloom("export", "s.json", "--format", "megatron", "--torch", "2.8", "-o", "-")
      .expectRefusal(
        Status.usage, naming: ["--torch: expected --format torch-csv or torch-comms, found megatron"])
  }

  /// A configuration with the names of one version; anything else is refused, as slots do.
  private static let configurations = """
    import json, sys
    from types import SimpleNamespace
    from \(module) import with_schedule

    class Section:
        def __init__(self, **names):
            object.__setattr__(self, "names", names)
        def __getattr__(self, name):
            try:
                return self.names[name]
            except KeyError:
                raise AttributeError(name)
        def __setattr__(self, name, value):
            if name not in self.names:
                raise AttributeError(name)
            self.names[name] = value

    shared = dict(pipeline_parallel_degree=1, pipeline_parallel_schedule="1F1B", pipeline_parallel_schedule_csv="")
    versions = {
        "0.3.0": (dict(shared, pipeline_parallel_microbatch_size=1, module_fqns_per_model_part=None),
                  dict(local_batch_size=8, disable_cuda_graphs=False)),
        "main": (dict(shared, num_pp_microbatches=1, pipeline_parallel_module_fqns_per_model_part=None),
                 dict(num_tokens_per_microbatch_per_dp_rank=16384, disable_cuda_graphs=False)),
    }
    found = {}
    for version, (parallelism, training) in versions.items():
        config = SimpleNamespace(parallelism=Section(**parallelism), training=Section(**training))
        assert with_schedule(config) is config
        found[version] = dict(config.parallelism.names, **config.training.names)
    print(json.dumps(found))
    """
  private static let module = "schedule"

  @Test("One Python function configures torchtitan 0.3 and what came after, under the names of each")
  func torchtitan() throws {
    let problem = ProblemText.plain.setting(
      "stages",
      #"[{"forward": 1, "backwardInput": 1, "backwardWeight": 1, "layers": ["tok_embeddings", "layers.0"]}, {"forward": 1, "backwardInput": 1, "backwardWeight": 1, "layers": ["layers.1", "norm", "lm_head"]}]"#
    )
    try workspace.write(problem.json, to: "p.json")
    try workspace.generate("zb-h1", "p.json", to: "s.json")
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", "torchtitan", "--microbatch-size", "3",
      "-o",
      "schedule.csv"
    ).expectSuccess()
    #expect(try workspace.names() == ["p.json", "s.json", "schedule.csv", "schedule.py", "schedule.toml"])
    try workspace.write(Self.configurations, to: "run.py")
    let outcome = try workspace.shell("PYTHONDONTWRITEBYTECODE=1 python3 run.py")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let found = try #require(try outcome.object() as? [String: [String: Any]])
    let modules = [["tok_embeddings", "layers.0"], ["layers.1", "norm", "lm_head"]]
    for (version, names) in found {
      #expect(names["pipeline_parallel_degree"] as? Int == 2, "\(version)")
      #expect(names["pipeline_parallel_schedule_csv"] as? String == "schedule.csv")
      #expect(names["disable_cuda_graphs"] as? Bool == true)
    }
    #expect(found["0.3.0"]?["module_fqns_per_model_part"] as? [[String]] == modules)
    #expect(found["0.3.0"]?["pipeline_parallel_microbatch_size"] as? Int == 3)
    #expect(found["0.3.0"]?["local_batch_size"] as? Int == 12)
    #expect(found["main"]?["pipeline_parallel_module_fqns_per_model_part"] as? [[String]] == modules)
    #expect(found["main"]?["num_pp_microbatches"] as? Int == 4)
  }

  @Test("SkipPipe's trainer finds the places of its nodes and the sends of its baseline")
  func locations() throws {
    let network = Repository.url("schedules/networks/skip-reorder-14x12.yaml").path
    let problem = "s.json"
    try workspace.pipeloom(
      "search", network, "--backward", "fused", "--threads", "1", "--iterations", "50", "-o", problem
    ).expectSuccess()
    try workspace.pipeloom("export", problem, "--format", "skippipe", "-o", "plain.json").expect(
      Status.success)
    let plain = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("plain.json")) as? [String: Any])
    #expect(plain["locations"] == nil && plain["baseline-sends"] == nil)
    let names = (0..<14).map { ["Iowa", "Japan", "London \"\\"][$0 % 3] }
    try workspace.write(JSONSerialization.data(withJSONObject: names), to: "l.json")
    let outcome = try workspace.pipeloom(
      "export", problem, "--format", "skippipe", "--locations", "l.json", "-o", "schedule.json")
    outcome.expectSuccess()
    let config = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("schedule.json")) as? [String: Any])
    #expect(config["locations"] as? [String] == names)
    // trainer.py: int(config["baseline-sends"]); create_schedule.py: sends x first partition / second.
    let partitions = try #require(config["partitions"] as? [[Int]])
    let sends = try #require(config["ours-sends"] as? Int)
    let baseline = try #require(config["baseline-sends"] as? Double)
    #expect(baseline == Double(sends * partitions[0].count) / Double(partitions[1].count))
    for (text, reason) in [
      ("[\"Iowa\"]", "expected a location for each of 14 devices, found 1 location"),
      ("{}", "expected a list of the names of places"), ("[1]", "expected text"),
    ] {
      try workspace.write(text, to: "bad.json")
      try workspace.pipeloom(
        "export", problem, "--format", "skippipe", "--locations", "bad.json", "-o", "x.json"
      ).expectRefusal(Status.badInput, naming: [reason])
    }
    try workspace.pipeloom("export", problem, "--format", "program", "--locations", "l.json", "-o", "x.json")
      .expectRefusal(Status.usage, naming: ["--locations: expected --format skippipe, found program"])
  }

  @Test("A CSV in the letters of PyTorch before 2.6 is known, and the cure that is named cures it")
  func oldLetters() throws {
    try workspace.generate("zb-h1", "uniform-4x8", to: "s.json")
    try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "new.csv").expectSuccess()
    let new = try workspace.text("new.csv")
    let old = new.replacingOccurrences(of: "I", with: "B")
    try workspace.write(old, to: "old.csv")
    let refused = try workspace.pipeloom("import", "old.csv", "--format", "torch-csv", "-o", "x.json")
    refused.expectRefusal(Status.badInput, naming: ["PyTorch before 2.6", "sed -E '"])
    let cure = try #require(refused.errors.firstMatch(of: /sed -E '([^']*)'/)?.output.1)
    let outcome = try workspace.shell("sed -E '\(cure)' old.csv")
    #expect(outcome.text == new)
    // Whole backward passes were BW.
    try workspace.write("0F0,0BW0\n", to: "whole.csv")
    try workspace.pipeloom("import", "whole.csv", "--format", "torch-csv", "-o", "x.json")
      .expectRefusal(Status.badInput, naming: ["PyTorch before 2.6"])
    // Files of today keep their own message.
    try workspace.write("0F0,0I0,0B0,0W0\n", to: "both.csv")
    try workspace.pipeloom("import", "both.csv", "--format", "torch-csv", "-o", "x.json")
      .expectRefusal(Status.badInput, naming: ["expected either B or I and W"])
  }
}
