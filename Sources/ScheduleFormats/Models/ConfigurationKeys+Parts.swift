import ModelCosts

/// Parts that most families spell alike.
extension ConfigurationKeys {
  /// The length of a token's vector; `n_embd` is how GPT-2 spells it.
  var hidden: Double { get throws(FormatError) { try length("hidden_size", "n_embd") } }

  /// How many heads there are.
  var heads: Double { get throws(FormatError) { try length("num_attention_heads", "n_head") } }

  /// How many layers there are.
  var layerCount: Int {
    get throws(FormatError) { try count(["num_hidden_layers", "n_layer", "num_layers"], in: 1...65_536) }
  }

  /// How many tokens there are to tell apart.
  var vocabulary: Double { get throws(FormatError) { try length("vocab_size", "padded_vocab_size") } }

  /// Attention with heads in groups: as many heads of keys as of queries where nothing is said, and heads that share a
  /// token's vector equally.
  ///
  /// - Parameters:
  ///   - headSize: the length of a head where nothing is said; `nil` for an equal share.
  ///   - inputBias: whether queries, keys and values have a bias; `nil` for what `attention_bias` says.
  ///   - outputBias: whether the last matrix has one; `nil` for what `attention_bias` says.
  func attention(
    headSize usualSize: Double? = nil, inputBias: Bool? = nil, outputBias: Bool? = nil,
    headNorms: Bool = false
  ) throws(FormatError) -> AttentionShape {
    let (hidden, heads) = (try hidden, try heads)
    let keyHeads = try optionalLength("num_key_value_heads") ?? heads
    guard heads.truncatingRemainder(dividingBy: keyHeads) == 0 else {
      throw error(
        "num_key_value_heads", expecting: "a divisor of the \(Int(heads)) heads (num_attention_heads)")
    }
    let bias = try flag("attention_bias", default: false)
    return .grouped(
      GroupedAttention(
        hidden: hidden, heads: heads, keyHeads: keyHeads, headSize: try size(usualSize, hidden, heads),
        hasInputBias: inputBias ?? bias, hasOutputBias: outputBias ?? bias, hasHeadNorms: headNorms))
  }

  private func size(_ usual: Double?, _ hidden: Double, _ heads: Double) throws(FormatError) -> Double {
    if let size = try optionalLength("head_dim") ?? usual { return size }
    guard hidden.truncatingRemainder(dividingBy: heads) == 0 else {
      throw error(
        "num_attention_heads",
        expecting: "a divisor of hidden_size, which is \(Int(hidden)), as there is no head_dim")
    }
    return hidden / heads
  }

  /// A gated feed-forward part under a key.
  func gated(_ key: String = "intermediate_size", hasBias: Bool = false) throws(FormatError) -> Perceptron {
    Perceptron(hidden: try hidden, inner: try length(key), hasBias: hasBias)
  }

  /// Experts with their router: `count` under one of some keys, each as long as `moe_intermediate_size`.
  ///
  /// - Parameter shared: what sees every token; `nil` for nothing.
  func experts(
    count keys: [String], each expert: Perceptron, shared: Perceptron? = nil, hasSharedGate: Bool = false,
    hasCorrection: Bool = false
  ) throws(FormatError) -> Experts {
    let count = try count(keys)
    let chosen = try length("num_experts_per_tok")
    guard Int(chosen) <= count else {
      throw error("num_experts_per_tok", expecting: "at most the \(count) experts")
    }
    return Experts(
      expert, count: Double(count), chosen: chosen, shared: shared, hasSharedGate: hasSharedGate,
      hasCorrection: hasCorrection)
  }

  /// How many of the first layers have no experts.
  func denseLayers(default usual: Int) throws(FormatError) -> Int {
    try optionalCount(["first_k_dense_replace"], in: 0...65_536) ?? usual
  }

  /// Which layers see a window of keys only, and how many keys: what `layer_types` says, or else a rule.
  ///
  /// - Parameter isLocal: whether a layer does where there is no list.
  func windows(_ isLocal: (Int) -> Bool) throws(FormatError) -> [Int?] {
    let count = try layerCount
    guard let window = try optionalCount(["sliding_window"]) else {
      return Array(repeating: nil, count: count)
    }
    let types = try list("layer_types") { (node) throws(FormatError) in try node.text() }
    guard let types else { return (0..<count).map { isLocal($0) ? window : nil } }
    guard types.count == count else {
      throw error("layer_types", expecting: "one type for each of \(count) layers")
    }
    return types.map { $0 == "sliding_attention" ? window : nil }
  }

  /// A model of the layers, with what all families spell alike.
  func model(
    _ layers: [LayerShape], isTied: Bool, positions: Double = 0, dropout: ModelShape.Dropout? = nil
  ) throws(FormatError) -> ModelShape {
    let usual = ModelShape.Dropout(ofAttention: try isPositive("attention_dropout", default: false))
    return ModelShape(
      type: "", hidden: try hidden, vocabulary: try vocabulary, positions: positions,
      isTied: try flag("tie_word_embeddings", default: isTied), runs: ModelShape.runs(of: layers),
      predictors: try optionalCount(["num_nextn_predict_layers"], in: 0...64) ?? 0, dropout: dropout ?? usual)
  }

  /// A model of equal layers but for their windows.
  func model(
    of layer: LayerShape, windows: [Int?]? = nil, isTied: Bool, positions: Double = 0,
    dropout: ModelShape.Dropout? = nil
  ) throws(FormatError) -> ModelShape {
    var layers = Array(repeating: layer, count: try layerCount)
    for (index, window) in (windows ?? []).enumerated() { layers[index].window = window }
    return try model(layers, isTied: isTied, positions: positions, dropout: dropout)
  }
}
