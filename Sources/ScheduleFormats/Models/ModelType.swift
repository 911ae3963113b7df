import ModelCosts

/// A family of models that is known by its `model_type`: how its configuration is read.
///
/// Another family is one file in `Types` and one line in `all`.
struct ModelType: Sendable {
  /// The values of `model_type` that stand for it.
  let names: [String]
  /// Reads the shape of a model.
  let shape: @Sendable (ConfigurationKeys) throws(FormatError) -> ModelShape

  /// Describes a family.
  init(
    _ names: String..., shape: @escaping @Sendable (ConfigurationKeys) throws(FormatError) -> ModelShape
  ) {
    self.names = names
    self.shape = shape
  }

  /// All families, in the order in which messages list them.
  static let all: [ModelType] = [
    .llama, .mistral, .mixtral, .qwen2, .qwen2MoE, .qwen3, .qwen3MoE, .gemma, .gemma2, .gemma3, .gpt2,
    .gptNeoX,
    .deepSeekV2, .deepSeekV3, .glm, .glm4, .glm4MoE, .chatGLM,
  ]

  /// The family of a `model_type`.
  static func named(_ name: String) -> ModelType? { all.first { $0.names.contains(name) } }
}
