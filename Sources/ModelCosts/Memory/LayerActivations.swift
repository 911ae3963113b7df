/// What a transformer layer holds of a token, in each way to run it.
public struct LayerActivations: Hashable, Sendable {
  /// From `F` to `B`, nothing recomputed.
  public let forB: TokenBytes
  /// From `B` to `W`: inputs of matrices and gradients of their outputs, about as much as from `F` to `B`.
  public let forW: TokenBytes
  /// From `F` to `B` where all is recomputed: the layer's input.
  public let checkpoint: TokenBytes
  /// From `F` to `B` where what is cheap to make again is.
  public let selective: TokenBytes
  /// What `selective` makes again, in the words of Megatron-core.
  public let modules: [String]

  /// Adds up what the parts of a layer hold.
  public init(_ layer: LayerShape, hidden: Double, _ rules: ActivationRules) {
    var held = layer.attention.held(hidden: hidden, rules) + layer.feedForward.held(hidden: hidden, rules)
    // A norm behind a part keeps that part's output; two norms of one vector keep it once.
    if layer.hasOutputNorms { held.addWhole(2 * rules.bytes, "h", hidden) }
    if layer.isParallel { held.addWhole(-rules.bytes, "h", hidden) }
    forB = held
    forW =
      layer.attention.keptForWeights(hidden: hidden, rules)
      + layer.feedForward.keptForWeights(hidden: hidden, rules)
    var input = TokenBytes()
    input.addWhole(rules.bytes, "h", hidden)
    checkpoint = input
    let savings = Self.savings(of: layer, hidden: hidden, rules)
    selective = savings.reduce(held) { $0 - $1.bytes }
    modules = savings.map(\.module)
  }

  /// What can be made again for little: scores that are held; queries, keys and values of short vectors; products of
  /// the experts' gates; the outputs of norms.
  ///
  /// Flash attention holds no scores: making them again would save nothing.
  private static func savings(
    of layer: LayerShape, hidden: Double, _ rules: ActivationRules
  ) -> [(module: String, bytes: TokenBytes)] {
    if rules.kernel == .eager { return [("core_attn", layer.attention.kernelBytes(rules))] }
    var (latent, gates, norms) = (TokenBytes(), TokenBytes(), TokenBytes())
    if case .latent(let attention) = layer.attention {
      latent.addCut(2 * rules.bytes, "a (p + r)", attention.heads * attention.keySize)
      latent.addCut(rules.bytes, "a v", attention.heads * attention.valueSize)
    }
    if let experts = layer.feedForward.experts, experts.expert.isGated {
      gates.addCut(rules.bytes, "k e", experts.chosen * experts.expert.inner)
    }
    norms.addWhole(2 * rules.bytes, "h", hidden)
    return [("mla_up_proj", latent), ("moe_act", gates), ("layernorm", norms)].filter { !$0.1.terms.isEmpty }
  }
}

extension ModelShape {
  /// What the embedding holds: the number of the token, in 64 bits, and a mask where vectors are dropped.
  public var heldByEmbedding: TokenBytes {
    var held = TokenBytes()
    held.addWhole(8, "", 1)
    if dropout.ofEmbedding { held.addWhole(1, "h", hidden) }
    return held
  }

  /// What the last norm holds, its input, and what it keeps for its weights.
  public func heldByNorm(_ rules: ActivationRules) -> TokenBytes {
    var held = TokenBytes()
    held.addWhole(rules.bytes, "h", hidden)
    return held
  }

  /// What the head holds: its input, and a number in 32 bits per token of the vocabulary. For its weights it keeps the
  /// gradient of those numbers instead.
  public func heldByHead(_ rules: ActivationRules) -> TokenBytes {
    var held = TokenBytes()
    held.addWhole(rules.bytes, "h", hidden)
    held.addCut(4, "V", vocabulary)
    return held
  }

  /// What a predictor holds besides its layer, the norm and the head: both vectors that it joins, before and behind
  /// their norms.
  func heldByJoint(_ rules: ActivationRules) -> TokenBytes {
    var held = TokenBytes()
    held.addWhole(4 * rules.bytes, "h", hidden)
    return held
  }
}
