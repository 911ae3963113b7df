import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Megatron's arguments")
struct MegatronTests {
  private func text(_ timeline: Timeline) throws -> String {
    String(decoding: try MegatronArguments().encode(timeline), as: UTF8.self)
  }

  @Test("1F1B is what Megatron runs")
  func exact() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    let timeline = try Timeline(
      Schedule(problem: problem, orders: Families.named("1f1b").orders(for: problem)))
    #expect(
      try text(timeline) == """
        # Megatron's 1F1B runs exactly this order on every device.
        # Set --global-batch-size to 8 x --micro-batch-size x the data-parallel size.
        # The problem names no layers: Megatron divides them evenly over 4 stages.
        --pipeline-model-parallel-size 4

        """)
  }

  @Test("what Megatron does otherwise is said")
  func different() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 3)
    let orders = Orders([
      try TorchCSVTests.order("0F0 0F1 0F2 0I0 0W0 0I1 0I2 0W1 0W2"),
      try TorchCSVTests.order("1F0 1I0 1W0 1F1 1B1 1F2 1B2"),
    ])
    let lines = try text(Timeline(Schedule(problem: problem, orders: orders))).split(separator: "\n")
    #expect(
      lines[0] == "# Megatron runs its own 1F1B instead of this order, which differs on 1 of 2 devices.")
    #expect(lines[1] == "# Megatron does not run W apart from B; 2 W of this schedule stand apart.")
  }

  /// Two devices, two chunks, four microbatches in groups of two: device 0 begins with 2 + 2 forwards, device 1
  /// with 2. Written by hand from Megatron's schedule table.
  @Test("the interleaved order by hand, and the group size that it has")
  func interleaved() throws {
    let timeline = try TorchCSVTests.timeline(
      [
        "0F0 0F1 2F0 2F1 0F2 2B0 0F3 2B1 2F2 0B0 2F3 0B1 2B2 2B3 0B2 0B3",
        "1F0 1F1 3F0 3B0 3F1 3B1 1F2 1B0 1F3 1B1 3F2 3B2 3F3 3B3 1B2 1B3",
      ], placement: .loop, stages: 4, microbatches: 4)
    #expect(
      try text(timeline) == """
        # Megatron's interleaved 1F1B runs exactly this order on every device.
        # Set --global-batch-size to 4 x --micro-batch-size x the data-parallel size.
        # The problem names no layers: Megatron divides them evenly over 4 stages.
        --pipeline-model-parallel-size 2
        --num-virtual-stages-per-pipeline-rank 2
        --microbatch-group-size-per-virtual-pipeline-stage 2

        """)
  }

  /// Megatron raises an error for a group size that is not from the number of devices to that of microbatches, and
  /// for interleaved stages on one device; its plain 1F1B takes any number of microbatches.
  @Test("what Megatron would refuse to interleave is refused")
  func interleavedRefusals() throws {
    let few = try TorchCSVTests.timeline(
      ["0F0 2F0 2B0 0B0", "1F0 3F0 3B0 1B0"], placement: .loop, stages: 4, microbatches: 1)
    #expect(
      refusal(of: few, as: MegatronArguments())?
        .hasPrefix("expected at least as many microbatches as devices, 2, found 1; ") == true)
    let alone = try TorchCSVTests.timeline(["0F0 1F0 1B0 0B0"], placement: .loop, stages: 2, microbatches: 1)
    #expect(
      refusal(of: alone, as: MegatronArguments())
        == "expected two devices or more for several stages on each, found one device with 2; make them one stage"
    )
    let plain = try TorchCSVTests.timeline(["0F0 0B0", "1F0 1B0"], microbatches: 1)
    #expect(try text(plain).hasPrefix("# Megatron's 1F1B runs exactly this order on every device.\n"))
  }

  private func timeline(layers: [[String]]? = nil, layerCount: Int?) throws -> Timeline {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: (layers.map { $0.map { $0 } } ?? [nil, nil]).map {
        Stage(forward: 1, backwardInput: 1, backwardWeight: 1, layers: $0)
      }, layerCount: layerCount, microbatches: [Microbatch(), Microbatch()])
    return try Timeline(
      Schedule(problem: problem, orders: Families.named("1f1b").orders(for: problem)))
  }

  @Test("the total is stated, to be compared with Megatron's own arguments")
  func totals() throws {
    let layers = [
      ["embedding.word_embeddings", "decoder.layers.0"],
      ["decoder.layers.1", "decoder.final_layernorm", "output_layer", "mtp.layers.0"],
    ]
    let lines = try text(timeline(layers: layers, layerCount: 2)).split(separator: "\n")
    #expect(lines.contains("# 2 transformer layers: --num-layers must say the same."))
    #expect(lines.contains("# 1 multi-token-prediction layer: --mtp-num-layers must say the same."))
    #expect(lines.last == "--pipeline-model-parallel-layout 'Et|tmL'")
  }

  @Test("a stated number of layers that Megatron cannot divide is refused where no stage has names")
  func division() throws {
    #expect(
      try text(timeline(layerCount: 4)).contains("# 4 transformer layers: --num-layers must say the same.\n"))
    #expect(
      refusal(of: try timeline(layerCount: 5), as: MegatronArguments())
        == "expected a multiple of the 2 stages as number of layers, found 5; name the layers of each stage")
  }

  @Test(
    "layouts by hand",
    arguments: [
      ([["embedding", "layers.0", "layers.1"], ["layers.2", "norm", "lm_head"]], "Et*2|tL"),
      ([["model.embed_tokens"], ["model.layers.0", "model.rotary_emb"], ["mtp.0"], ["lm_head"]], "E|t|m|L"),
      ([["tok_embeddings", "h.0", "h.1", "h.2", "ln_f.norm"]], "Et*3L"),
      (
        [
          ["embedding", "decoder.layers.0", "decoder.layers.1"],
          ["decoder.layers.2", "decoder.layers.3", "decoder.final_layernorm", "output_layer"],
        ], "Et*2|t*2L"
      ),
      (
        [
          ["embedding.word_embeddings", "embedding.position_embeddings", "decoder.layers.0"],
          ["decoder.layers.1", "decoder.final_layernorm", "output_layer"],
        ], "Et|tL"
      ),
      (
        [
          ["transformer.wte", "transformer.wpe", "transformer.h.0"],
          ["transformer.h.1", "transformer.ln_f", "lm_head"],
        ], "Et|tL"
      ),
      ([["tok_embeddings", "layers.0"], ["layers.1", "norm", "output"]], "Et|tL"),
      (
        [
          ["embedding", "decoder.layers.0"],
          ["decoder.layers.1", "decoder.final_norm", "output_layer", "mtp.layers.0"],
        ], "Et|tmL"
      ),
      (
        [
          ["embed_tokens", "layers.0.self_attn", "layers.0.mlp"],
          ["layers.1.self_attn", "layers.1.mlp", "norm", "lm_head"],
        ], "Et|tL"
      ),
      ([["embed", "encoder.layers.0"], ["encoder.layers.1", "encoder.final_layernorm", "head"]], "Et|tL"),
    ])
  func layouts(layers: [[String]], layout: String) throws {
    #expect(try MegatronLayout(layers, devices: layers.count).text == layout)
  }

  @Test("where Megatron puts the final norm elsewhere is said")
  func norm() throws {
    let apart = [["embed", "layers.0", "norm"], ["lm_head"]]
    #expect(
      try MegatronLayout(apart, devices: 2).statements.last
        == "Megatron puts the final norm on stage 1, not on stage 0.")
    // Behind the last transformer layer, where layers predict further tokens.
    let predicting = [["embed", "layers.0", "norm"], ["mtp.0", "lm_head"]]
    #expect(
      try MegatronLayout(predicting, devices: 2).statements.last
        == "1 multi-token-prediction layer: --mtp-num-layers must say the same.")
  }

  /// The conditions of Megatron's `validate_layer_layout`.
  @Test("multi-token prediction is on one stage, behind all layers, the last of its device")
  func prediction() throws {
    let layers = [["embed", "layers.0"], ["layers.1"], ["mtp.0", "mtp.1"], ["lm_head"]]
    #expect(try MegatronLayout(layers, devices: 2).text == "Et|t|m*2|L")
    for wrong in [
      [["embed", "layers.0"], ["layers.1"], ["mtp.0"], ["mtp.1", "lm_head"]],
      [["embed", "layers.0", "mtp.0"], ["layers.1"], ["layers.2"], ["lm_head"]],
      [["embed", "layers.0"], ["mtp.0"], ["rotary_emb"], ["lm_head"]],
    ] {
      #expect {
        try MegatronLayout(wrong, devices: 2)
      } throws: { error in
        "\(error)".hasPrefix("expected all layers for multi-token prediction")
      }
    }
  }

  @Test("layers that Megatron cannot lay out are refused")
  func badLayers() {
    func expect(_ refusal: ExportRefusal, _ layers: [String]...) {
      #expect(throws: refusal) { try MegatronLayout(layers, devices: layers.count) }
    }
    expect(.unknownLayer("vision", Stage.ID(1)), ["embedding"], ["vision", "head"])
    expect(.unknownLayer("decoder", Stage.ID(0)), ["embedding", "decoder"], ["head"])
    expect(.incompleteLayout("t|L"), ["layers.0"], ["head"])
    expect(.incompleteLayout("E|t"), ["embedding"], ["layers.0"])
    expect(.incompleteLayout("EtL|L"), ["embedding", "layers.0", "output"], ["head"])
    expect(.incompleteLayout("E|EtL"), ["wte"], ["wpe", "layers.0", "head"])
    expect(.incompleteLayout("E|L"), ["embedding", "norm"], ["head"])
    expect(.severalStacks(["", "encoder"]), ["embed", "encoder.layers.0"], ["decoder.layers.0", "lm_head"])
  }

  @Test("a V is refused")
  func v() throws {
    let timeline = try TorchCSVTests.timeline(
      ["0F0 3F0 3B0 0B0", "1F0 2F0 2B0 1B0"], placement: .v, stages: 4, microbatches: 1)
    #expect(
      refusal(of: timeline, as: MegatronArguments())?
        .hasPrefix("expected one stage per device in order, or a loop, found another placement") == true)
  }
}
