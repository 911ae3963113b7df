import ModelCosts
import Testing

/// Bytes that PyTorch 2.13 saves for the backward pass, counted by saved-tensor hooks on a CPU in bfloat16, with norms
/// that keep their 16-bit input and a fused SwiGLU; and figure 1 of Korthikanti et al. (arXiv 2205.05198).
@Suite("Activations")
struct ActivationTests {
  private let rules = ActivationRules()

  @Test(
    "of a gated layer are what PyTorch saves",
    arguments: [(8.0, 1376.0, 16_480.0), (2.0, 1792.0, 17_440.0)])
  func gated(keyHeads: Double, inner: Double, measured: Double) {
    let layer = Shapes.llama(hidden: 512, heads: 8, keyHeads: keyHeads, headSize: 64, inner: inner)
    #expect(LayerActivations(layer, hidden: 512, rules).forB.total == measured)
  }

  @Test("of latent attention are what PyTorch saves")
  func latent() {
    let attention = AttentionShape.latent(
      LatentAttention(
        hidden: 512, heads: 8, queryRank: 192, keyRank: 128, plainSize: 64, rotarySize: 32, valueSize: 96))
    #expect(attention.held(hidden: 512, rules).total == 9568)
  }

  /// Eager sums of experts keep 2kh more, and indices 40.
  @Test("of experts are what PyTorch saves, but for eager sums and indices")
  func experts() {
    let layer = Shapes.experts(hidden: 512, inner: 256, count: 16, chosen: 4)
    #expect(layer.feedForward.held(hidden: 512, rules).total == 20_648 - 2 * 4 * 512 - 40)
  }

  @Test(
    "and static memory of GPT are those of figure 1",
    arguments: [
      (6144.0, 64.0, 48.0, 4.0, 1.0, 1.0, 59.25, 9.5625, 45.5625),
      (12288.0, 96.0, 96.0, 1.0, 8.0, 3.0, 66.84375, 12.3515625, 45.5625),
      (25600.0, 160.0, 128.0, 1.0, 64.0, 1.0, 131.25, 26.5625, 32.958984375),
    ])
  func megatron(
    hidden: Double, heads: Double, layers: Double, size: Double, devices: Double, chunks: Double,
    plain: Double, selective: Double, parameters: Double
  ) {
    let layer = Shapes.gpt(hidden: hidden, heads: heads)
    let rules = ActivationRules(
      kernel: .eager, sequence: 2048, dropout: .init(ofAttention: true, ofHidden: true))
    let held = LayerActivations(layer, hidden: hidden, rules)
    // The first device holds what all layers hold of one microbatch, and more where stages are interleaved.
    let factor = chunks > 1 ? 1 + (devices - 1) / (devices * chunks) : 1
    let tokens = 2048 * size * layers * factor / 0x1p30
    let alone = TrainingSetup(sequence: 2048, tensor: 8, attention: .eager)
    let together = TrainingSetup(sequence: 2048, tensor: 8, isSequenceParallel: true, attention: .eager)
    #expect(held.forB.onDevice(alone) * tokens == plain)
    #expect(held.selective.onDevice(together) * tokens == selective)
    #expect(held.modules == ["core_attn"])
    // 18 bytes for each of 12 h² elements per layer.
    let elements = (layer.attention.matrices + layer.feedForward.commonMatrices).reduce(0) {
      $0 + $1.elements
    }
    let bytes = OptimizerState(.plain).bytesPerParameter(.bfloat16, copies: 1)
    #expect(elements * layers / 8 / devices * bytes / 0x1p30 == parameters)
  }

  @Test("of GPT without scores are 34h, and 4a for the sums of flash attention")
  func flash() {
    let layer = Shapes.gpt(hidden: 1024, heads: 16)
    let rules = ActivationRules(dropout: .init(ofAttention: true, ofHidden: true))
    #expect(LayerActivations(layer, hidden: 1024, rules).forB.total == 34 * 1024 + 4 * 16)
    #expect(LayerActivations(layer, hidden: 1024, ActivationRules()).forB.total == 32 * 1024 + 4 * 16)
  }

  @Test("made again are never more than those held, and a checkpoint is the layer's input")
  func modes() {
    let layers = [
      Shapes.llama(hidden: 512, heads: 8, keyHeads: 2, headSize: 64, inner: 1024),
      Shapes.experts(hidden: 512, inner: 128, count: 8, chosen: 2),
    ]
    for layer in layers {
      let held = LayerActivations(layer, hidden: 512, rules)
      #expect(held.checkpoint.total == 1024)
      #expect(held.selective.total < held.forB.total)
      #expect(!held.modules.contains("core_attn"))
      // Gradients take the place of inputs: about as much until W.
      #expect(held.forW.total > 0.9 * held.forB.total)
    }
    let experts = LayerActivations(layers[1], hidden: 512, rules)
    #expect(experts.modules == ["moe_act", "layernorm"])
    #expect(experts.forB.total - experts.selective.total == 2 * 2 * 128 + 4 * 512)
  }

  /// Source: Megatron-core's distributed optimizer has 6 + 12 / d bytes per parameter, 4 + 12 / d with gradients in 16
  /// bits.
  @Test("are beside weights, gradients and Adam's state of 18 bytes, shared or not")
  func optimizers() {
    func bytes(_ kind: OptimizerState.Kind, _ gradient: Double = 4) -> Double {
      OptimizerState(kind, gradientBytes: gradient).bytesPerParameter(.bfloat16, copies: 8)
    }
    #expect(bytes(.plain) == 18)
    #expect(bytes(.distributed) == 6 + 12.0 / 8)
    #expect(bytes(.distributed, 2) == 4 + 12.0 / 8)
    #expect(bytes(.fullySharded) == 16.0 / 8)
    #expect(OptimizerState(.plain).bytesPerParameter(.float32, copies: 8) == 16)
  }
}
