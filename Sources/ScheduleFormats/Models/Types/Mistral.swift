import ModelCosts

extension ModelType {
  /// Mistral: Llama without biases, early ones with a window.
  static let mistral = ModelType("mistral") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(inputBias: false, outputBias: false), feedForward: .dense(keys.gated())),
      windows: keys.windows { _ in true }, isTied: false)
  }

  /// Mixtral: Mistral with experts (arXiv 2401.04088).
  static let mixtral = ModelType("mixtral") { (keys) throws(FormatError) in
    let experts = try keys.experts(count: ["num_local_experts", "num_experts"], each: keys.gated())
    return try keys.model(
      of: LayerShape(
        attention: keys.attention(inputBias: false, outputBias: false), feedForward: .experts(experts)),
      windows: keys.windows { _ in true }, isTied: false)
  }
}
