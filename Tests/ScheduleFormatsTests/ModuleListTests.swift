import PipelineModel
import Testing

@testable import ScheduleFormats

/// Names and lists are those of torchtitan 0.2.2 and 0.3.0 and of NeMo AutoModel 0.7.0, as their sources have them.
@Suite("Lists of modules of torchtitan and NeMo")
struct ModuleListTests {
  private static let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)

  private func layers(_ names: [String]) -> [Layer] {
    names.map { Layer(name: $0, figures: Self.stage) }
  }

  private func counts(
    _ text: String, _ format: ModuleListFormat, _ names: [String]
  ) throws -> [Int] {
    try ModuleList.decode(Array(text.utf8), file: "list", for: format).placed(layers(names)).counts
  }

  private static let model = [
    "embed_tokens", "layers.0", "layers.1", "layers.2", "layers.3", "norm", "lm_head",
  ]

  @Test(
    "are read however the trainer's users write them",
    arguments: [
      // The list alone, as a shell or a notebook has it.
      (
        ModuleListFormat.torchtitan,
        "[['tok_embeddings', 'layers.0'], ['layers.1', 'layers.2'], ['layers.3', 'norm', 'output']]"
      ),
      (
        .torchtitan,
        """
        # a comment with [brackets]
        [parallelism]
        pipeline_parallel_degree = 3  # devices
        module_fqns_per_model_part = [
          ["tok_embeddings", "layers.0"],  # the first
          ["layers.1", "layers.2"],
          ["layers.3", "norm", "lm_head"],
        ]
        pipeline_parallel_schedule = "1F1B"
        """
      ),
      (
        .torchtitan,
        """
        parallelism=ParallelismConfig(
            pipeline_parallel_degree=3,
            module_fqns_per_model_part=[["tok_embeddings", "layers.0"], ["layers.2", "layers.1"],
                ["norm", "lm_head", "layers.3"]],
        ),
        """
      ),
      (
        .nemo,
        """
        distributed:
          pp_size: 3
          pipeline:
            pp_schedule: 1f1b
            module_fqns_per_model_part:
              - [model.embed_tokens, model.layers.0, model.visual, model.rotary_emb]
              - - model.rotary_emb
                - model.layers.1
                - model.layers.2
              - [model.rotary_emb, model.layers.3, model.norm, lm_head]
        """
      ),
      (
        .nemo,
        """
        {"module_fqns_per_model_part": [["model.language_model.embed_tokens", "model.language_model.layers.0"],
          ["model.language_model.layers.1", "model.language_model.layers.2"],
          ["model.language_model.layers.3", "model.language_model.norm", "lm_head"]]}
        """
      ),
    ])
  func spellings(format: ModuleListFormat, text: String) throws {
    #expect(try counts(text, format, Self.model) == [2, 2, 3])
    // Names of Megatron stand for the same; the norm is a part of its head.
    #expect(
      try counts(
        text, format,
        [
          "embedding", "decoder.layers.0", "decoder.layers.1", "decoder.layers.2", "decoder.layers.3",
          "output_layer",
        ])
        == [2, 2, 2])
    // Two embeddings and layers without names.
    #expect(try counts(text, format, ["wte", "wpe", "", "", "", "", "ln_f", "lm_head"]) == [3, 2, 3])
  }

  @Test("say devices, microbatches and a V where the configuration does")
  func settings() throws {
    let text = """
      [training]
      local_batch_size = 16
      [parallelism]
      pipeline_parallel_degree = 2
      pipeline_parallel_microbatch_size = 2
      pipeline_parallel_schedule = "ZBVZeroBubble"
      pipeline_parallel_schedule_csv = "zb.csv"
      module_fqns_per_model_part = [["tok_embeddings"], ["layers.0"], ["norm"], ["lm_head"]]
      """
    let list = try ModuleList.decode(Array(text.utf8), file: "t.toml", for: .torchtitan)
    #expect(list.deviceCount == 2)
    #expect(list.microbatchCount == 8)
    #expect(list.placement == .v)
    let nemo = try ModuleList.decode(
      Array("pp_size: 4\npp_schedule: DualPipeV\nmodule_fqns_per_model_part: [[lm_head]]\n".utf8),
      file: "n.yaml",
      for: .nemo)
    // NeMo puts stages in a V for one schedule only.
    #expect(nemo.placement == .loop)
    #expect(nemo.deviceCount == 4)
    #expect(nemo.microbatchCount == nil)
  }

  @Test("place layers by figures of letters, norm and head as one")
  func letters() throws {
    let text = "[[tok_embeddings, layers.0, layers.1], [layers.2, norm, output]]"
    let head = Stage(forward: 3, backwardInput: 3, backwardWeight: 3)
    let list = try ModuleList.decode(Array(text.utf8), file: "", for: .torchtitan)
    let placed = try list.placed(figures: [.embedding: Self.stage, .transformer: Self.stage, .head: head])
    #expect(placed.counts == [3, 2])
    #expect(placed.layers.map(\.name) == ["tok_embeddings", "layers.0", "layers.1", "layers.2", "output"])
    #expect(placed.layers[4].figures == head)
    #expect(throws: LayoutMismatch.self) { try list.placed(figures: [.transformer: Self.stage]) }
  }

  @Test(
    "that no model can have are refused with line, place and name",
    arguments: [
      (
        "[\n[tok_embeddings, layers.0],\n[layers.1, norm, loss_head]]",
        "list:3: [1][2]: expected a module of torchtitan (tok_embeddings, layers.0, norm, lm_head, or output in other versions), found \"loss_head\""
      ),
      (
        "a = 1\nmodule_fqns_per_model_part = [[model.embed_tokens]]",
        "list:2: module_fqns_per_model_part[0][0]: expected a module of torchtitan"
      ),
      (
        "[[tok_embeddings, layers.0], [layers.0, norm, lm_head]]",
        "expected each module once, found \"layers.0\" again"
      ),
      (
        "[[tok_embeddings, layers.0], [norm, lm_head]]",
        "list: expected every layer on some stage, found \"layers.1\" on none"
      ),
      (
        "[[tok_embeddings, layers.1], [layers.0, norm, lm_head]]",
        "expected layers in their order, \"layers.1\" on stage 1 or behind, found it on stage 0"
      ),
      (
        "[[tok_embeddings, layers.0, layers.7], [layers.1, norm, lm_head]]",
        "expected a module that a layer stands for, found \"layers.7\""
      ),
      (
        "[[tok_embeddings, layers.0.attention, layers.0], [layers.1, lm_head]]",
        "found \"layers.0.attention\""
      ),
      ("[[tok_embeddings, 1]]", "[0][1]: expected text"),
      ("[]", "expected a count from 1 to 65536, found 0"),
      ("batch = 2", "expected the key \"module_fqns_per_model_part\", found none"),
      ("module_fqns_per_model_part = None", "expected a list with the modules of every stage"),
      ("module_fqns_per_model_part = [[\"a\"]", "expected YAML, but"),
    ])
  func refusals(text: String, expected: String) {
    var message = "none"
    do { _ = try counts(text, .torchtitan, ["embed_tokens", "layers.0", "layers.1", "lm_head"]) } catch {
      message = "\(error)"
    }
    #expect(message.contains(expected), "\(message)")
  }

  @Test("may name modules of the problem's own, and have the norm where its layer is")
  func own() throws {
    #expect(
      try counts(
        "[[my_adapter, layers.0], [layers.1, lm_head]]", .torchtitan,
        ["my_adapter", "layers.0", "layers.1", "lm_head"]) == [2, 2])
    let norm = "[[tok_embeddings, layers.0], [layers.1, norm], [lm_head]]"
    #expect(
      try counts(norm, .torchtitan, ["embed", "layers.0", "layers.1", "norm", "lm_head"]) == [2, 2, 1])
    #expect(throws: FormatError.self) {
      try counts(norm, .torchtitan, ["embed", "layers.0", "layers.1", "lm_head"])
    }
  }
}

@Suite("Modules as trainers call them")
struct ModuleNameTests {
  private func modules(_ names: ModuleNames, _ stages: [[String]]) -> Result<[[String]], ExportRefusal> {
    Result { () throws(ExportRefusal) in try names.modules(of: stages).names }
  }

  @Test("are written for the names of any program")
  func translated() throws {
    let torchtitan = [["tok_embeddings", "layers.0"], ["layers.1", "norm", "lm_head"]]
    for stages in [
      [["embed_tokens", "layers.0"], ["layers.1", "norm", "lm_head"]],
      [["embedding", "decoder.layers.0"], ["decoder.layers.1", "output_layer"]],
      [
        ["transformer.wte", "transformer.wpe", "transformer.h.0"],
        ["transformer.h.1", "transformer.ln_f", "lm_head"],
      ],
      [
        ["model.embed_tokens", "model.rotary_emb", "model.layers.0"],
        ["model.layers.1", "model.norm", "lm_head"],
      ],
      torchtitan,
    ] {
      #expect(modules(.torchtitan, stages) == .success(torchtitan))
      #expect(
        modules(.earlierTorchtitan, stages)
          == .success([["tok_embeddings", "layers.0"], ["layers.1", "norm", "output"]]))
      let nemo = try modules(.nemo, stages).get().map(Set.init)
      #expect(
        nemo == [
          ["model.embed_tokens", "model.layers.0", "model.rotary_emb"],
          ["model.layers.1", "model.norm", "lm_head", "model.rotary_emb"],
        ])
    }
  }

  @Test("stay as they are where the trainer knows them")
  func own() {
    let stages = [["vision_encoder", "tok_embeddings", "layers.0"], ["layers.1", "norm", "output"]]
    #expect(modules(.torchtitan, stages) == .success(stages))
    let nested = [
      ["model.visual", "model.language_model.embed_tokens", "model.language_model.rotary_emb"],
      [
        "model.language_model.layers.0", "model.language_model.norm", "lm_head",
        "model.language_model.rotary_emb",
      ],
    ]
    #expect(modules(.nemo, nested) == .success(nested))
  }

  @Test("predictors of further tokens are one module of NeMo, and none of torchtitan in a pipeline")
  func predictors() {
    let stages = [["embed_tokens", "layers.0"], ["norm", "lm_head", "mtp.layers.0", "mtp.layers.1"]]
    #expect(
      modules(.nemo, stages)
        == .success([
          ["model.embed_tokens", "model.layers.0", "model.rotary_emb"],
          ["model.norm", "lm_head", "mtp", "model.rotary_emb"],
        ]))
    guard case .failure(let refusal) = modules(.torchtitan, stages) else {
      Issue.record("torchtitan takes predictors")
      return
    }
    #expect(refusal.finding.contains("trains none in a pipeline, found \"mtp.layers.0\" on stage 1"))
  }

  @Test("that no model of the kind has are refused by name", arguments: ["adapter", "encoder.layers.0"])
  func unknown(name: String) {
    for names in [ModuleNames.torchtitan, .nemo] {
      guard case .failure(let refusal) = modules(names, [["embed_tokens"], [name, "lm_head"]]) else {
        Issue.record("\(name) is taken")
        continue
      }
      #expect(refusal.finding.contains("expected layers that \(names.trainer) has modules for"))
      #expect(refusal.finding.contains("found \"\(name)\" on stage 1"))
    }
  }
}
