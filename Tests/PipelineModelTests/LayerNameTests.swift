import Testing

@testable import PipelineModel

/// What the modules of public models are called, and what they are.
@Suite("Names of layers")
struct LayerNameTests {
  private static func layer(_ number: Int, of stack: String = "") -> LayerName.Role {
    .transformer(LayerName.Numbered(stack: stack, number: number))
  }

  @Test(
    "numbered layers, whatever contains them and whatever part is meant",
    arguments: [
      ("layers.0", layer(0)), ("model.layers.31", layer(31)), ("decoder.layers.7", layer(7)),
      ("module.decoder.layers.3.mlp.linear_fc1.weight", layer(3)), ("transformer.h.11", layer(11)),
      ("layers.4.attention_norm", layer(4)), ("layers.2.self_attn.output", layer(2)),
      ("layers.12.mlp.experts.5", layer(12)), ("blocks[3]", layer(3)), ("layer_9", layer(9)),
      ("Layer10", layer(10)),
      ("gpt_neox.layers.1", layer(1, of: "gpt.neox")), ("encoder.layers.0", layer(0, of: "encoder")),
      ("transformer.encoder.layers.5", layer(5, of: "encoder")), ("encoder.block.2", layer(2, of: "encoder")),
      ("decoder.block.2.layer.0.SelfAttention", layer(2)), ("visual.blocks.0", layer(0, of: "visual")),
    ])
  func numbered(name: String, role: LayerName.Role) { #expect(LayerName(name).role == role) }

  @Test(
    "what is no layer",
    arguments: [
      ("tok_embeddings", LayerName.Role.embedding), ("model.embed_tokens", .embedding),
      ("embedding.word_embeddings", .embedding), ("embedding.position_embeddings", .embedding),
      ("transformer.wte", .embedding), ("transformer.wpe", .embedding), ("gpt_neox.embed_in", .embedding),
      ("transformer.word_embeddings_layernorm", .embedding), ("backbone.embeddings", .embedding),
      ("norm", .norm), ("model.norm", .norm), ("decoder.final_layernorm", .norm),
      ("decoder.final_norm", .norm),
      ("transformer.ln_f", .norm), ("model.decoder.final_layer_norm", .norm), ("backbone.norm_f", .norm),
      ("encoder.final_layernorm", .norm),
      ("output", .head), ("lm_head", .head), ("output_layer", .head), ("embed_out", .head), ("loss", .head),
      ("rotary_emb", .rotation), ("model.rotary_emb", .rotation), ("decoder.rotary_pos_emb", .rotation),
      ("mtp.layers.0", .multiTokenPrediction(0)), ("mtp.1", .multiTokenPrediction(1)),
      ("mtp.layers.2.enorm", .multiTokenPrediction(2)), ("model.mtp", .multiTokenPrediction(nil)),
    ])
  func modules(name: String, role: LayerName.Role) { #expect(LayerName(name).role == role) }

  @Test(
    "names that say nothing: containers and blocks without a number, and numbers beyond any model",
    arguments: [
      "decoder", "model.layers", "transformer", "encoder.", "vision_tower", "", "0", "a \"b\"", "experts.3",
      "layers.9223372036854775807", "layers.99999999999999999999",
    ])
  func unknown(name: String) { #expect(LayerName(name).role == nil) }

  @Test("a part of a layer is told from a whole one")
  func parts() {
    for name in ["layers.0", "decoder.layers.12", "mtp.layers.0", "mtp", "norm", "lm_head", "embed_tokens"] {
      #expect(!LayerName(name).isPart)
    }
    for name in ["layers.0.mlp", "transformer.h.0.ln_1", "layers.0.mlp.experts.0", "mtp.layers.0.enorm"] {
      #expect(LayerName(name).isPart)
    }
  }

  @Test("layers are counted by their numbers, embeddings and heads once")
  func counts() {
    let stage = StageLayers([
      "embedding.word_embeddings", "embedding.position_embeddings", "layers.0.self_attn", "layers.0.mlp",
      "layers.1",
      "rotary_emb", "norm", "mtp.layers.0.enorm", "mtp.layers.0.layer", "mtp.layers.1", "mtp.norm", "pooler",
    ])
    #expect(stage.transformer.map(\.number) == [0, 1])
    #expect(stage.multiTokenPredictionCount == 2)
    #expect(stage.hasEmbedding && stage.hasNorm && !stage.hasHead)
    #expect(stage.unknown == "pooler")
    #expect(StageLayers(["mtp.norm", "mtp.proj"]).multiTokenPredictionCount == 1)
  }
}
