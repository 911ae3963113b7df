import ModelCosts

extension ModelType {
  /// GLM-4: queries, keys and values may have a bias, positions turn a part of each head.
  static let glm = ModelType("glm") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(outputBias: false), feedForward: .dense(keys.gated())), isTied: false)
  }

  /// GLM-4-0414: what the parts of a layer make is normalised, too.
  static let glm4 = ModelType("glm4") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(outputBias: false), feedForward: .dense(keys.gated()), hasOutputNorms: true),
      isTied: false)
  }

  /// GLM-4.5 and 4.6: experts as in DeepSeek-V3, heads in groups, a layer that predicts a further token (arXiv
  /// 2508.06471).
  static let glm4MoE = ModelType("glm4_moe") { (keys) throws(FormatError) in
    let norms = try keys.flag("use_qk_norm", default: false)
    let attention = try keys.attention(outputBias: false, headNorms: norms)
    let experts = try keys.sharedExperts(hasCorrection: true)
    let dense = try keys.denseLayers(default: 1)
    var layers: [LayerShape] = []
    for index in try 0..<keys.layerCount {
      let feedForward: FeedForwardShape = try index < dense ? .dense(keys.gated()) : .experts(experts)
      layers.append(LayerShape(attention: attention, feedForward: feedForward))
    }
    return try keys.model(layers, isTied: false)
  }

  /// ChatGLM and GLM-4 in their own spelling.
  static let chatGLM = ModelType("chatglm") { (keys) throws(FormatError) in
    let (hidden, heads) = (try keys.hidden, try keys.heads)
    let isShared = try keys.flag("multi_query_attention", default: false)
    let bias = try keys.flag("add_bias_linear", default: false)
    let inputBias = try keys.flag("add_qkv_bias", default: false)
    let attention = GroupedAttention(
      hidden: hidden, heads: heads, keyHeads: isShared ? try keys.length("multi_query_group_num") : heads,
      headSize: try keys.optionalLength("kv_channels") ?? hidden / heads, hasInputBias: bias || inputBias,
      hasOutputBias: bias)
    return try keys.model(
      of: LayerShape(
        attention: .grouped(attention), feedForward: .dense(keys.gated("ffn_hidden_size", hasBias: bias))),
      isTied: false)
  }
}
