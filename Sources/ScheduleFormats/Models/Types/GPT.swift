import ModelCosts

extension ModelType {
  /// GPT-2 and GPT-3: learned positions, biases everywhere, LayerNorm, the embedding is the head.
  static let gpt2 = ModelType("gpt2") { (keys) throws(FormatError) in
    let hidden = try keys.hidden
    let inner = try keys.optionalLength("n_inner", "intermediate_size") ?? 4 * hidden
    return try keys.model(
      of: LayerShape(
        attention: keys.attention(inputBias: true, outputBias: true),
        feedForward: .dense(Perceptron(hidden: hidden, inner: inner, isGated: false, hasBias: true)),
        norm: .scaleAndShift),
      isTied: true, positions: keys.length("n_positions", "max_position_embeddings", "n_ctx"),
      dropout: ModelShape.Dropout(
        ofAttention: keys.isPositive("attn_pdrop", default: true),
        ofHidden: keys.isPositive("resid_pdrop", default: true),
        ofEmbedding: keys.isPositive("embd_pdrop", default: true)))
  }

  /// GPT-NeoX and Pythia: biases, two LayerNorms of the same vector, rotated positions.
  static let gptNeoX = ModelType("gpt_neox") { (keys) throws(FormatError) in
    let bias = try keys.flag("attention_bias", default: true)
    return try keys.model(
      of: LayerShape(
        attention: keys.attention(inputBias: bias, outputBias: bias),
        feedForward: .dense(
          Perceptron(
            hidden: keys.hidden, inner: keys.length("intermediate_size"), isGated: false, hasBias: true)),
        norm: .scaleAndShift, isParallel: keys.flag("use_parallel_residual", default: true)),
      isTied: false,
      dropout: ModelShape.Dropout(
        ofAttention: keys.isPositive("attention_dropout", default: false),
        ofHidden: keys.isPositive("hidden_dropout", default: false)))
  }
}
