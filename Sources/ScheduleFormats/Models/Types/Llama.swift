import ModelCosts

extension ModelType {
  /// Llama 1, 2 and 3.
  static let llama = ModelType("llama") { (keys) throws(FormatError) in
    let bias = try keys.flag("mlp_bias", default: false)
    return try keys.model(
      of: LayerShape(
        attention: keys.attention(), feedForward: .dense(keys.gated(hasBias: bias))),
      isTied: false)
  }
}
