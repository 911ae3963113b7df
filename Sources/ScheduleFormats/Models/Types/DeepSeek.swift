import ModelCosts

extension ModelType {
  /// DeepSeek-V2 and V2-Lite: latent attention, shared experts (arXiv 2405.04434).
  static let deepSeekV2 = ModelType("deepseek_v2") { (keys) throws(FormatError) in
    try keys.latentModel(denseLayers: 0, hasCorrection: false)
  }

  /// DeepSeek-V3 and R1, and Kimi K2: a router that balances by a bias, layers that predict further tokens (arXiv
  /// 2412.19437, 2507.20534).
  static let deepSeekV3 = ModelType("deepseek_v3", "kimi_k2") { (keys) throws(FormatError) in
    try keys.latentModel(denseLayers: 3, hasCorrection: true)
  }
}

extension ConfigurationKeys {
  /// Layers with latent attention, the first ones without experts and then every `moe_layer_freq`-th with them.
  fileprivate func latentModel(denseLayers usual: Int, hasCorrection: Bool) throws(FormatError) -> ModelShape
  {
    let attention = AttentionShape.latent(
      LatentAttention(
        hidden: try hidden, heads: try heads, queryRank: try optionalLength("q_lora_rank"),
        keyRank: try length("kv_lora_rank"), plainSize: try length("qk_nope_head_dim"),
        rotarySize: try length("qk_rope_head_dim"), valueSize: try length("v_head_dim"),
        hasBias: try flag("attention_bias", default: false)))
    let count = try layerCount
    // Without experts, all layers are dense.
    let routed = try optionalCount(["n_routed_experts"])
    let dense = try routed == nil ? count : denseLayers(default: usual)
    let frequency = try optionalCount(["moe_layer_freq"]) ?? 1
    let sparse = try routed == nil ? nil : sharedExperts(hasCorrection: hasCorrection)
    var layers: [LayerShape] = []
    for index in 0..<count {
      let isSparse = index >= dense && index.isMultiple(of: frequency)
      let feedForward: FeedForwardShape =
        if isSparse, let sparse { .experts(sparse) } else { .dense(try gated()) }
      layers.append(LayerShape(attention: attention, feedForward: feedForward))
    }
    return try model(layers, isTied: false)
  }

  /// Experts with shared ones of the same length beside them, `n_shared_experts` as one.
  func sharedExperts(hasCorrection: Bool) throws(FormatError) -> Experts {
    let expert = try gated("moe_intermediate_size")
    let number = Double(try optionalCount(["n_shared_experts"], in: 0...4096) ?? 0)
    let shared = number > 0 ? Perceptron(hidden: expert.hidden, inner: number * expert.inner) : nil
    return try experts(
      count: ["n_routed_experts"], each: expert, shared: shared, hasCorrection: hasCorrection)
  }
}
