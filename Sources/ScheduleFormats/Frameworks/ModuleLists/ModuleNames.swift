import PipelineModel

/// How a trainer on PyTorch calls the modules of the models that it divides.
///
/// A trainer keeps what a list names and drops all else without a word, so that a name of another program loses what it
/// stands for.
struct ModuleNames: Hashable, Sendable {
  /// What messages call the trainer.
  let trainer: String
  /// What stands in front of all names but the head's; the first is written.
  let prefixes: [String]
  /// The embedding of tokens.
  let embedding: String
  /// What makes the loss of the last layer's vectors; the first is written, the others are its names in other versions.
  let heads: [String]
  /// What predicts further tokens, as a whole; `nil` where the trainer trains none of it in a pipeline.
  let prediction: String?
  /// What makes rotations for positions: every stage needs it.
  let rotation: String?
  /// What reads images and sounds, in front of the layers; a list may name those that a model lacks.
  let encoders: Set<String>

  /// torchtitan since 0.3.
  ///
  /// Source: `Decoder` in torchtitan/models/common/decoder.py, and `_generate_llm_fqn_per_model_part` in
  /// torchtitan/distributed/pipeline_parallel.py, 0.3.0; `MTPDecoder` refuses pipelines.
  static let torchtitan = ModuleNames(
    trainer: "torchtitan", prefixes: [""], embedding: "tok_embeddings", heads: ["lm_head", "output"],
    prediction: nil, rotation: nil, encoders: ["vision_encoder"])

  /// torchtitan before 0.3, which called the head otherwise (0.1.0 to 0.2.2).
  static let earlierTorchtitan = ModuleNames(
    trainer: "torchtitan before 0.3", prefixes: [""], embedding: "tok_embeddings", heads: ["output"],
    prediction: nil, rotation: nil, encoders: ["vision_encoder"])

  /// NeMo AutoModel, which takes models of Hugging Face and its own of the same names.
  ///
  /// Source: `generate_hf_model_fqn_per_model_part` and `split_model_into_stages` in
  /// nemo_automodel/components/distributed/pipelining/functional.py, `TEXT_MODULE_ATTRS` and `MULTIMODAL_SUFFIXES` in
  /// hf_utils.py, 0.7.0; `mtp` is the module of its models that have one.
  static let nemo = ModuleNames(
    trainer: "NeMo",
    prefixes: ["model."]
      + ["language_model.", "text_model.", "text_decoder."].flatMap {
        ["model.\($0)", "model.\($0)model.", "\($0)model."]
      },
    embedding: "embed_tokens", heads: ["lm_head"], prediction: "mtp", rotation: "rotary_emb",
    encoders: [
      "vision_tower", "visual", "vision_model", "image_encoder", "vision_encoder", "embed_vision",
      "audio_tower", "audio_encoder", "audio_model", "mm_projector", "multi_modal_projector",
      "multimodal_projector", "vision_projector", "vit_large_projector", "audio_projector",
    ])

  private static let norm = "norm"
  private static let layers = "layers."
}

extension ModuleNames {
  /// What a module of the trainer's models is.
  enum Module: Hashable {
    /// A part of the model.
    case part(LayerName.Role)
    /// What reads images or sounds.
    case encoder
  }

  /// What a name stands for; `nil` where no model of the trainer has it.
  func module(_ name: String) -> Module? {
    if heads.contains(name) { return .part(.head) }
    if name == prediction { return .part(.multiTokenPrediction(nil)) }
    for prefix in prefixes where name.hasPrefix(prefix) {
      let rest = String(name.dropFirst(prefix.count))
      if rest == embedding { return .part(.embedding) }
      if rest == Self.norm { return .part(.norm) }
      if rest == rotation { return .part(.rotation) }
      if heads.contains(rest) { return .part(.head) }
      if encoders.contains(rest) { return .encoder }
      if rest.hasPrefix(Self.layers), case .transformer(let layer)? = LayerName(rest).role,
        rest == "\(Self.layers)\(layer.number)"
      {
        return .part(.transformer(layer))
      }
    }
    return nil
  }

  /// What stands in front of a name of the trainer's, where it has one that is not the head's.
  func prefix(of name: String) -> String? {
    guard case .part(let role)? = module(name), role != .head, name != prediction else { return nil }
    return prefixes.filter { name.hasPrefix($0) }.max { $0.count < $1.count }
  }

  /// The name of a part; `nil` where the trainer's models have none.
  func name(of role: LayerName.Role, prefix: String) -> String? {
    switch role {
    case .embedding: prefix + embedding
    case .transformer(let layer): layer.stack.isEmpty ? "\(prefix)\(Self.layers)\(layer.number)" : nil
    case .multiTokenPrediction: prediction
    case .norm: prefix + Self.norm
    case .head: heads[0]
    case .rotation: rotation.map { prefix + $0 }
    }
  }

  /// The names that the trainer knows, as messages list them.
  var known: String {
    let prefix = prefixes[0]
    let names =
      [prefix + embedding, "\(prefix)\(Self.layers)0", prefix + Self.norm] + heads.prefix(1)
      + [rotation.map { prefix + $0 }, prediction].compactMap { $0 }
    return names.joined(separator: ", ")
  }
}
