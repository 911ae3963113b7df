import ModelCosts

extension ModelType {
  /// Qwen 2 and 2.5: queries, keys and values have a bias.
  static let qwen2 = ModelType("qwen2") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(inputBias: true, outputBias: false), feedForward: .dense(keys.gated())),
      windows: keys.qwenWindows(), isTied: false)
  }

  /// Qwen 1.5 and 2 with experts, of which shared ones are scaled by a gate.
  static let qwen2MoE = ModelType("qwen2_moe") { (keys) throws(FormatError) in
    let shared = try keys.gated("shared_expert_intermediate_size")
    let bias = try keys.flag("qkv_bias", default: true)
    return try keys.sparseModel(
      attention: keys.attention(inputBias: bias, outputBias: false), shared: shared)
  }

  /// Qwen 3: heads are normalised.
  static let qwen3 = ModelType("qwen3") { (keys) throws(FormatError) in
    try keys.model(
      of: LayerShape(
        attention: keys.attention(headSize: 128, headNorms: true), feedForward: .dense(keys.gated())),
      windows: keys.qwenWindows(), isTied: false)
  }

  /// Qwen 3 with experts.
  static let qwen3MoE = ModelType("qwen3_moe") { (keys) throws(FormatError) in
    try keys.sparseModel(attention: keys.attention(headNorms: true), shared: nil)
  }
}

extension ConfigurationKeys {
  /// Layers from `max_window_layers` on see a window, where that is switched on at all.
  fileprivate func qwenWindows() throws(FormatError) -> [Int?] {
    let count = try layerCount
    guard try flag("use_sliding_window", default: false) else { return Array(repeating: nil, count: count) }
    let first = try optionalCount(["max_window_layers"], in: 0...65_536) ?? 28
    return try windows { $0 >= first }
  }

  /// Every `decoder_sparse_step`-th layer has experts, but for those of `mlp_only_layers`.
  fileprivate func sparseModel(
    attention: AttentionShape, shared: Perceptron?
  ) throws(FormatError) -> ModelShape {
    let step = try optionalCount(["decoder_sparse_step"]) ?? 1
    let dense = Set(
      try list("mlp_only_layers") { (node) throws(FormatError) in try node.count(in: 0...65_536) } ?? [])
    let experts = try experts(
      count: ["num_experts", "num_local_experts"], each: gated("moe_intermediate_size"), shared: shared,
      hasSharedGate: shared != nil)
    var layers: [LayerShape] = []
    for (index, window) in try qwenWindows().enumerated() {
      let isSparse = !dense.contains(index) && (index + 1).isMultiple(of: step)
      let feedForward: FeedForwardShape = try isSparse ? .experts(experts) : .dense(gated())
      layers.append(LayerShape(attention: attention, feedForward: feedForward, window: window))
    }
    return try model(layers, isTied: false)
  }
}
