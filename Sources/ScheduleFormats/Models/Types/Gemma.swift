import ModelCosts

extension ModelType {
  /// Gemma: heads of 256, the embedding is the head.
  static let gemma = ModelType("gemma") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(attention: keys.attention(headSize: 256), feedForward: .dense(keys.gated())),
      isTied: true)
  }

  /// Gemma 2: what the parts of a layer make is normalised, too; every other layer, the first one among them, sees a
  /// window.
  static let gemma2 = ModelType("gemma2", "gemma2_text") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(headSize: 256), feedForward: .dense(keys.gated()), hasOutputNorms: true),
      windows: keys.windows { $0.isMultiple(of: 2) }, isTied: true)
  }

  /// The text model of Gemma 3: heads are normalised, five layers of six see a window. Published configurations leave
  /// out what is as in the class.
  static let gemma3 = ModelType("gemma3_text", "gemma3") { (keys) throws(FormatError) in
    let keys = keys.assuming([
      "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 262_208,
    ])
    let pattern = try keys.optionalCount(["sliding_window_pattern"]) ?? 6
    return try keys.model(
      of: LayerShape(
        attention: keys.attention(headSize: 256, headNorms: true), feedForward: .dense(keys.gated()),
        hasOutputNorms: true),
      windows: keys.windows { !($0 + 1).isMultiple(of: pattern) }, isTied: true)
  }
}
