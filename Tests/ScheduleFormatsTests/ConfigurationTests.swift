import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Settings of torchtitan and NeMo")
struct ConfigurationTests {
  private func problem(
    _ layers: [[String]?], devices: Int, placement: Placement, microbatches: Int = 4
  ) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(), count: devices),
      stages: layers.map { Stage(forward: 1, backwardInput: 1, backwardWeight: 1, layers: $0) },
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: placement)
  }

  private func text(
    _ format: any ConfigurationFormat, _ problem: Problem, file: String = "s.csv", microbatchSize: Int = 1
  ) throws -> String {
    String(
      decoding: try format.encode(problem, file: file, microbatchSize: microbatchSize), as: UTF8.self)
  }

  private static let layers = [["tok_embeddings", "layers.0"], ["layers.1", "norm", "lm_head"]]

  @Test("torchtitan's TOML, by hand")
  func torchtitan() throws {
    let problem = try problem(Self.layers, devices: 2, placement: .sequential)
    #expect(
      try text(TorchtitanConfiguration(), problem, file: "out/a \"b\".csv", microbatchSize: 2) == #"""
        # Versions that are configured in Python say num_pp_microbatches = 4 in place of both
        # batch sizes, and some pipeline_parallel_size in place of pipeline_parallel_degree.
        [training]
        local_batch_size = 8

        [parallelism]
        pipeline_parallel_degree = 2
        # Only the map from stages to ranks is taken from the name; the order is that of the file.
        pipeline_parallel_schedule = "1F1B"
        pipeline_parallel_schedule_csv = "out/a \"b\".csv"
        pipeline_parallel_microbatch_size = 2
        # 2 transformer layers
        # torchtitan before 0.3's names: output for lm_head
        module_fqns_per_model_part = [
          ["tok_embeddings", "layers.0"],
          ["layers.1", "norm", "output"],
        ]

        """#)
  }

  @Test("NeMo's YAML, by hand")
  func nemo() throws {
    let problem = try problem(Self.layers, devices: 2, placement: .sequential)
    #expect(
      try text(NeMoConfiguration(), problem) == """
        step_scheduler:
          local_batch_size: 4
        distributed:
          pp_size: 2
          pipeline:
            # Only the map from stages to ranks is taken from the name; the order is that of the file.
            pp_schedule: "1F1B"
            pp_schedule_csv: "s.csv"
            pp_microbatch_size: 1
            pp_batch_size: 4
            # 2 transformer layers
            # NeMo's names: model.embed_tokens for tok_embeddings, model.norm for norm
            module_fqns_per_model_part:
              - ["model.embed_tokens", "model.layers.0", "model.rotary_emb"]
              - ["model.layers.1", "model.norm", "lm_head", "model.rotary_emb"]

        """)
  }

  @Test(
    "the schedule's name selects the map of the placement",
    arguments: [
      (Placement.loop, 4, "Interleaved1F1B"), (.v, 4, "ZBVZeroBubble"), (.loop, 6, "Interleaved1F1B"),
    ])
  func names(placement: Placement, stages: Int, name: String) throws {
    let problem = try problem(Array(repeating: nil, count: stages), devices: 2, placement: placement)
    #expect(
      try text(TorchtitanConfiguration(), problem).contains("pipeline_parallel_schedule = \"\(name)\"\n"))
    let yaml = try text(NeMoConfiguration(), problem)
    #expect(yaml.contains("pp_schedule: \"\(name)\"\n"))
    #expect(
      yaml.contains(
        "# The problem names no layers: choose layers_per_stage so that there are \(stages) stages."))
    #expect(!yaml.contains("module_fqns_per_model_part"))
  }

  private func refusal(_ problem: Problem, by format: any ConfigurationFormat = NeMoConfiguration())
    -> String?
  {
    do throws(ExportRefusal) {
      _ = try format.encode(problem, file: "", microbatchSize: 1)
      return nil
    } catch {
      return error.description
    }
  }

  /// NeMo's recipes assert that batch / microbatch is at least the pipeline's size; torchtitan only warns.
  @Test("fewer microbatches than devices are refused by NeMo")
  func fewMicrobatches() throws {
    let few = try problem([nil, nil, nil], devices: 3, placement: .sequential, microbatches: 2)
    #expect(
      refusal(few)?.hasPrefix("expected at least as many microbatches as devices, 3, found 2; ") == true)
    #expect(refusal(few, by: TorchtitanConfiguration()) == nil)
    let enough = try problem([nil, nil, nil], devices: 3, placement: .sequential, microbatches: 3)
    #expect(refusal(enough) == nil)
  }

  @Test("modules that no stage names are warned about, where the module names are")
  func missingModules() throws {
    let problem = try problem([["layers.0"], ["layers.1", "norm"]], devices: 2, placement: .sequential)
    for format in [TorchtitanConfiguration(), NeMoConfiguration()] as [any ConfigurationFormat] {
      let lines = try text(format, problem).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
      #expect(lines.count { $0.hasPrefix("# Warning: no stage names an embedding (tok_embeddings") } == 1)
      #expect(lines.count { $0.hasPrefix("# Warning: no stage names a head (lm_head") } == 1)
    }
  }

  /// Both trainers keep the layers whose names end with their number.
  @Test("parts of layers are refused")
  func parts() throws {
    let problem = try problem(
      [["layers.0.attn", "layers.0.mlp"], ["layers.1"]], devices: 2, placement: .sequential)
    for format in [TorchtitanConfiguration(), NeMoConfiguration()] as [any ConfigurationFormat] {
      #expect(
        refusal(problem, by: format)
          == "expected whole layers (layers.0), as parts of one are left out without a word, found \"layers.0.attn\" on stage 0"
      )
    }
  }

  @Test("maps without a name, and layers of some stages only, are refused")
  func refusals() throws {
    let deepV = try problem(Array(repeating: nil, count: 8), devices: 2, placement: .v)
    #expect(
      refusal(deepV)?.hasPrefix("expected a placement with a name in PyTorch: one stage per device") == true)
    let pairs = try problem(
      [nil, nil, nil, nil], devices: 2, placement: .explicit([0, 0, 1, 1].map { [Device.ID($0)] }))
    #expect(refusal(pairs)?.hasPrefix("expected a placement with a name in PyTorch") == true)
    let partly = try problem([["layers.0"], nil], devices: 2, placement: .sequential)
    #expect(
      refusal(partly)
        == "expected layers of every stage or of none, found none of stage 1; name them in the problem")
  }
}
