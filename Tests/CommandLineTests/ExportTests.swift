import Foundation
import Testing

/// `export` and `import`: what training frameworks read and write.
@Suite("pipeloom export and import")
struct ExportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Two devices, two microbatches, 1F1B.
  private func makeSmall() throws {
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "2", to: "s.json")
  }

  @Test("A V's CSV is read under a sequential problem that is laid out alike, and under no other")
  func layouts() throws {
    let original = try workspace.generate("zb-v", "uniform-4x8", "--chunks", "2", to: "v.json")
    try workspace.pipeloom("export", "v.json", "--format", "torch-csv", "-o", "v.csv").expectSuccess()
    let order = ["import", "v.csv", "--format", "torch-csv", "--problem", "uniform-4x8", "-o", "back.json"]
    try workspace.pipeloom(order + ["--chunks", "2", "--placement", "v"]).expectSuccess()
    let (back, first) = (try workspace.text("back.json"), String(decoding: original, as: UTF8.self))
    let devices = "\n  \"devices\": ["
    #expect(back.components(separatedBy: devices).last == first.components(separatedBy: devices).last)
    try workspace.pipeloom(order + ["--chunks", "2", "--placement", "loop"])
      .expectRefusal(Status.badInput, naming: ["v.csv:1", "rank 0"])
    try workspace.pipeloom("import", "v.csv", "--format", "chrome-trace", "--chunks", "2")
      .expectRefusal(Status.usage, naming: ["--chunks: only --format torch-csv"])
  }

  @Test("The CSV of a small 1F1B, written by hand from the grammar")
  func torchCSV() throws {
    try makeSmall()
    let outcome = try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "s.csv")
    outcome.expectSuccess()
    #expect(try workspace.text("s.csv") == "0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n")
    let streamed = try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "-")
    #expect(streamed.text == (try workspace.text("s.csv")))
  }

  @Test(
    "An exported schedule comes back with the same orders, times and summary", arguments: ["gpipe", "zb-h1"])
  func roundTrip(family: String) throws {
    try workspace.generate(family, "uniform-4x8", "--memory-limit", "20", to: "s.json")
    try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "s.csv").expectSuccess()
    try workspace.pipeloom(
      "import", "s.csv", "--format", "torch-csv", "--problem", "uniform-4x8", "-o", "t.json"
    )
    .expectSuccess()
    try workspace.pipeloom("check", "t.json").expectSuccess()
    let devices = try ["s.json", "t.json"].map { name in
      let text = try workspace.text(name)
      return String(text[try #require(text.range(of: "  \"devices\": [")).lowerBound...])
    }
    #expect(devices[0] == devices[1])
  }

  /// Two stages of which the second fits only where it recomputes.
  private static let folded = """
    pipeloom: problem/1
    devices: 2
    memoryLimit: 3
    microbatches: 2
    stages:
      - {forward: 1, backward: 2, activationForB: 1}
      - {forward: 1, backward: 2, activationForB: 4, modes: [{name: folded, backward: 3, activationForB: 2, checkpoint: 1}]}

    """

  @Test("What PyTorch is to checkpoint is written beside the CSV, and needs a place")
  func checkpoints() throws {
    try workspace.write(Self.folded, to: "p.yaml")
    try workspace.generate("1f1b", "p.yaml", to: "s.json")
    let export = ["export", "s.json", "--format", "torch-csv", "-o"]
    try workspace.pipeloom(export + ["out.csv"]).expectSuccess()
    #expect(try workspace.text("out.csv") == "0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n")
    #expect(try workspace.text("out.checkpoint.json").contains(#"{"stage": 1, "mode": "folded"}"#))
    try workspace.pipeloom(export + ["-"])
      .expectRefusal(Status.usage, naming: ["--output", "the modules to checkpoint", "found '-'"])
    try workspace.pipeloom("export", "s.json", "--format", "megatron", "-o", "-")
      .expectRefusal(
        Status.badInput,
        naming: ["s.json: megatron: expected one setting", "search with --modes-per problem"])
    try workspace.pipeloom("export", "s.json", "--format", "colossalai", "-o", "-")
      .expectRefusal(Status.badInput, naming: ["colossalai"])
  }

  @Test("An import is timed under the problem it is given")
  func retimed() throws {
    try workspace.write("0F0,0B0\n1F0,1B0\n", to: "s.csv")
    try workspace.write(
      ProblemText.plain.setting("microbatches", "1").setting("communication", "5").yaml, to: "p.yaml")
    let outcome = try workspace.pipeloom(
      "import", "s.csv", "--format", "torch-csv", "--problem", "p.yaml", "--json")
    outcome.expectSuccess()
    // F, latency, F, BW of 2, latency, BW of 2.
    let summary = try #require(try outcome.object()["summary"] as? [String: Any])
    #expect(summary["makespan"] as? Double == 16)
  }

  @Test("A bad file is refused with row and cell, and nothing is written")
  func badFile() throws {
    try workspace.write("0F0,0B0zz\n1F0,1B0\n", to: "s.csv")
    let arguments = [
      "import", "s.csv", "--format", "torch-csv", "--problem", "uniform-4x8", "-o", "t.json",
    ]
    try workspace.pipeloom(arguments).expectRefusal(
      Status.badInput, naming: ["s.csv:1:5: ranks[0].cells[1]: expected an action such as 0F0", "0B0zz"])
    #expect(!workspace.exists("t.json"))
  }

  @Test("An order that can never run is refused with the circle")
  func stuck() throws {
    try workspace.write("0F0,0B0\n1B0,1F0\n", to: "s.csv")
    try workspace.write(ProblemText.plain.setting("microbatches", "1").yaml, to: "p.yaml")
    try workspace.pipeloom("import", "s.csv", "--format", "torch-csv", "--problem", "p.yaml")
      .expectRefusal(Status.badInput, naming: ["s.csv: the orders can never run"])
  }

  @Test("Unknown formats are answered with all that there are", arguments: ["export", "import"])
  func unknownFormat(command: String) throws {
    try makeSmall()
    let rest = command == "export" ? ["-o", "x"] : ["--problem", "uniform-4x8"]
    try workspace.pipeloom([command, "s.json", "--format", "csv"] + rest)
      .expectRefusal(Status.usage, naming: ["--format: expected ", "torch-csv", "found 'csv'"])
  }

  @Test("The help of export lists every format with its readers")
  func help() throws {
    let outcome = try workspace.pipeloom("export", "--help")
    outcome.expectSuccess()
    #expect(outcome.text.contains("torch-csv: PyTorch"))
  }

  @Test("A CSV larger than the limit is refused unread")
  func large() throws {
    try workspace.shell("truncate -s 100M large.csv").expectSuccess()
    try workspace.pipeloom("import", "large.csv", "--format", "torch-csv", "--problem", "uniform-4x8")
      .expectRefusal(Status.badInput, naming: ["large.csv: expected at most 64 MiB, found more"])
  }
}

/// The names of layers, from the problem file to what frameworks are told.
@Suite("pipeloom export: layers")
struct ExportLayerTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func write(_ layers: String..., devices: Int = 2, layerCount: String? = nil) throws {
    let stages = layers.map {
      #"{"forward": 2, "backwardInput": 2, "backwardWeight": 2, "layers": [\#($0)]}"#
    }
    let text = ProblemText.plain.setting("stages", "[" + stages.joined(separator: ", ") + "]")
    try workspace.write(text.setting("layerCount", layerCount).yaml, to: "p.yaml")
  }

  /// Megatron's own names: two layers on each stage, and a norm and a head that are none.
  @Test("Megatron is told as many layers as there are, with their total")
  func megatron() throws {
    try write(
      "embedding, decoder.layers.0, decoder.layers.1",
      "decoder.layers.2, decoder.layers.3, decoder.final_layernorm, output_layer", layerCount: "4")
    try workspace.generate("1f1b", "p.yaml", to: "s.json")
    let outcome = try workspace.pipeloom("export", "s.json", "--format", "megatron", "-o", "-")
    outcome.expectSuccess()
    #expect(outcome.text.contains("--pipeline-model-parallel-layout 'Et*2|t*2L'\n"))
    #expect(outcome.text.contains("# 4 transformer layers"))
  }

  @Test("A lost layer is an error that names stage and layer, a lost tail one that names the count")
  func lost() throws {
    try write("embed, layers.0", "layers.2, norm, lm_head")
    try workspace.pipeloom("generate", "1f1b", "p.yaml", "-o", "s.json").expectRefusal(
      Status.badInput,
      naming: ["p.yaml:4: stages[1].layers[0]: expected layer 1 next on stage 1", "found layer 2"])
    try write("embed, layers.0", "layers.1, norm, lm_head", layerCount: "3")
    try workspace.pipeloom("search", "p.yaml", "-o", "s.json").expectRefusal(
      Status.badInput,
      naming: ["p.yaml:5: layerCount: expected 2, as many layers as the stages name, found 3"])
    #expect(!workspace.exists("s.json"))
  }

  @Test("Modules that no stage names are warned about: when the problem is read, and beside the settings")
  func missing() throws {
    try write("embed, layers.0", "layers.1, norm")
    let warning = "no stage names a head (lm_head, or output in torchtitan before 0.3)"
    let generated = try workspace.pipeloom("generate", "1f1b", "p.yaml", "-o", "s.json")
    generated.expect(Status.success)
    #expect(generated.errors.hasPrefix("pipeloom: warning: p.yaml: \(warning)"))
    let exported = try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", "torchtitan", "-o", "a.csv")
    exported.expect(Status.success)
    #expect(exported.errors.hasPrefix("pipeloom: warning: s.json: \(warning)"))
    #expect(try workspace.text("a.toml").contains("# Warning: \(warning)"))
  }

  @Test("What a program would refuse is refused, and nothing is written")
  func refused() throws {
    try workspace.generate(
      "interleaved", "--devices", "6", "--microbatches", "3", "--chunks", "2", "--group-size", "6",
      to: "i.json")
    try workspace.generate("1f1b", "--devices", "6", "--microbatches", "3", to: "p.json")
    try workspace.generate("zb-v", "--devices", "4", "--microbatches", "6", "--chunks", "2", to: "v.json")
    let names = try workspace.names()
    let few = "expected at least as many microbatches as devices, 6, found 3"
    for (line, message) in [
      ("i.json --format megatron", "megatron: \(few)"),
      ("p.json --format torch-csv --with-config nemo", "nemo: \(few)"),
      ("v.json --format colossalai", "colossalai: expected a multiple of the 4 devices"),
    ] {
      try workspace.pipeloom(["export", "-o", "out.csv"] + line.split(separator: " ").map(String.init))
        .expectRefusal(Status.badInput, naming: [message])
    }
    #expect(try workspace.names() == names)
    // Megatron's plain 1F1B takes any number of microbatches, and torchtitan does.
    try workspace.pipeloom("export", "p.json", "--format", "megatron", "-o", "a").expectSuccess()
    try workspace.pipeloom(
      "export", "p.json", "--format", "torch-csv", "--with-config", "torchtitan", "-o", "b.csv"
    )
    .expectSuccess()
  }
}

/// `export --with-config`: settings beside the exported file.
@Suite("pipeloom export --with-config")
struct ExportSettingsTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "6", to: "s.json")
  }

  private func export(_ arguments: String...) throws -> Program.Outcome {
    try workspace.pipeloom(["export", "s.json", "--format", "torch-csv"] + arguments)
  }

  @Test("Settings take the file's name", arguments: [("torchtitan", "a.toml"), ("nemo", "a.yaml")])
  func written(framework: String, name: String) throws {
    try export("--with-config", framework, "--microbatch-size", "3", "-o", "a.csv").expectSuccess()
    let functions = framework == "torchtitan" ? ["a.py"] : []
    #expect(try workspace.names() == ["a.csv"] + functions + [name, "s.json"])
    let text = try workspace.text(name)
    #expect(text.contains("\"a.csv\""))
    #expect(text.contains(framework == "nemo" ? "local_batch_size: 18\n" : "local_batch_size = 18\n"))
  }

  @Test("A file without an ending, and one in a folder with a dot")
  func endings() throws {
    try workspace.shell("mkdir v1.0").expectSuccess()
    try export("--with-config", "nemo", "-o", "v1.0/a").expectSuccess()
    try export("--with-config", "nemo", "-o", ".hidden").expectSuccess()
    #expect(workspace.exists("v1.0/a.yaml"))
    #expect(workspace.exists(".hidden.yaml"))
  }

  @Test("What cannot be is refused, and nothing is written")
  func refusals() throws {
    try export("--with-config", "deepspeed", "-o", "a.csv")
      .expectRefusal(
        Status.usage,
        naming: ["--with-config: expected torchtitan or nemo, found 'deepspeed'"])
    try export("--with-config", "nemo", "-o", "-")
      .expectRefusal(Status.usage, naming: ["--with-config: expected -o with a file"])
    try export("--with-config", "nemo", "-o", "a.yaml")
      .expectRefusal(Status.usage, naming: ["--with-config: expected another file than a.yaml"])
    try export("--with-config", "nemo", "--microbatch-size", "0", "-o", "a.csv")
      .expectUsage(naming: ["--microbatch-size: expected a count from 1"])
    try workspace.pipeloom("export", "s.json", "--format", "program", "--with-config", "nemo", "-o", "a.json")
      .expectRefusal(Status.usage, naming: ["expected --format torch-csv, found program"])
    try export("-o", "no/such/a.csv").expectRefusal(Status.inputOutput, naming: ["no/such/a.csv"])
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("Every format takes every family that it can, or says why not")
  func allFormats() throws {
    for family in GenerateTests.families {
      try workspace.generate(family, "uniform-4x8", "--memory-limit", "20", to: "f.json")
      for format in ["torch-csv", "megatron", "program"] {
        try workspace.pipeloom("export", "f.json", "--format", format, "-o", "x").expectSuccess()
      }
      try workspace.pipeloom("export", "f.json", "--format", "colossalai", "-o", "x")
        .expectRefusal(Status.badInput, naming: ["f.json: colossalai: expected two stages on every device"])
    }
  }
}
