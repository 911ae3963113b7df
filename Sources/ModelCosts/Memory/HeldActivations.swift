/// What is held of a token from the forward pass to the backward pass, part by part.
///
/// These are the tensors that PyTorch saves for its backward pass where norms keep their input in 16 bits and SwiGLU is
/// one kernel, as in the fused layers of training frameworks; eager kernels hold more. Without flash attention and with
/// dropout a GPT layer holds 34h + 5as, as Korthikanti et al. (arXiv 2205.05198) say.
///
/// h is the length of a token's vector, h_q that of its queries, h_k that of its keys, a heads, s the sequence, f the
/// inner length; q and c are the ranks of latent attention, p, r and v its sizes; E experts of inner length e, k of them
/// chosen, d the inner length of shared ones.
extension AttentionShape {
  /// What attention holds: input and output of its norm, queries, keys, values, its output, and what the kernel needs.
  public func held(hidden: Double, _ rules: ActivationRules) -> TokenBytes {
    let bytes = rules.bytes
    var held = TokenBytes()
    held.addWhole(2 * bytes, "h", hidden)
    switch self {
    case .grouped(let attention):
      // Norms of heads keep what goes in as well.
      let factor: Double = attention.hasHeadNorms ? 3 : 2
      held.addCut(factor * bytes, "h_q", attention.queryWidth)
      held.addCut(factor * bytes, "h_k", attention.keyWidth)
    case .latent(let attention):
      held.addWhole(2 * bytes, "q", attention.queryRank ?? 0)
      held.addWhole(2 * bytes, "c", attention.keyRank)
      held.addWhole(bytes, "r", attention.rotarySize)
      held.addCut(2 * bytes, "a (p + r)", attention.heads * attention.keySize)
      held.addCut(2 * bytes, "a v", attention.heads * attention.valueSize)
    }
    if rules.dropout.ofHidden { held.addWhole(1, "h", hidden) }
    return held + kernelBytes(rules)
  }

  /// A number in 32 bits per head for flash attention; without it the weights of all keys, and with dropout a mask and
  /// the weights behind it.
  func kernelBytes(_ rules: ActivationRules) -> TokenBytes {
    var held = TokenBytes()
    switch rules.kernel {
    case .flash: held.addCut(4, "a", heads)
    case .eager:
      let perKey = rules.dropout.ofAttention ? 2 * rules.bytes + 1 : rules.bytes
      held.addCut(perKey, "a s", heads * rules.sequence)
    }
    return held
  }

  /// What attention keeps for its weights: inputs of its matrices, and gradients of their outputs.
  func keptForWeights(hidden: Double, _ rules: ActivationRules) -> TokenBytes {
    let bytes = rules.bytes
    var kept = TokenBytes()
    kept.addWhole(2 * bytes, "h", hidden)
    switch self {
    case .grouped(let attention):
      kept.addCut(2 * bytes, "h_q", attention.queryWidth)
      kept.addCut(2 * bytes, "h_k", attention.keyWidth)
    case .latent(let attention):
      kept.addWhole(2 * bytes, "q", attention.queryRank ?? 0)
      kept.addWhole(2 * bytes, "c", attention.keyRank)
      kept.addWhole(bytes, "r", attention.rotarySize)
      kept.addCut(bytes, "a (2 p + r)", attention.heads * (attention.keySize + attention.plainSize))
      kept.addCut(2 * bytes, "a v", attention.heads * attention.valueSize)
    }
    return kept
  }
}

extension FeedForwardShape {
  /// What the feed-forward part holds: input and output of its norm, what lies between its matrices, and for experts the
  /// tokens as they are sent and as they come back.
  public func held(hidden: Double, _ rules: ActivationRules) -> TokenBytes {
    let bytes = rules.bytes
    var held = TokenBytes()
    held.addWhole(2 * bytes, "h", hidden)
    if let experts {
      held.addWhole(2 * bytes, "k h", experts.chosen * hidden)
      // Logits and weights of the router are in 32 bits.
      held.addWhole(8, "E", experts.count)
    }
    if rules.dropout.ofHidden { held.addWhole(1, "h", hidden) }
    return held + heldBetween(bytes)
  }

  /// What the feed-forward part keeps for its weights: inputs of its matrices, and gradients of their outputs.
  func keptForWeights(hidden: Double, _ rules: ActivationRules) -> TokenBytes {
    let bytes = rules.bytes
    var kept = TokenBytes()
    kept.addWhole(experts != nil && experts?.shared == nil ? bytes : 2 * bytes, "h", hidden)
    if let experts {
      kept.addWhole(2 * bytes, "k h", experts.chosen * hidden)
      kept.addWhole(4, "E", experts.count)
    }
    return kept + heldBetween(bytes)
  }

  /// What goes into and comes out of nonlinearities; as much again are the gradients of their inputs and their outputs.
  private func heldBetween(_ bytes: Double) -> TokenBytes {
    var held = TokenBytes()
    switch self {
    case .dense(let perceptron):
      held.addCut(perceptron.vectorsBetween * bytes, "f", perceptron.inner)
    case .experts(let experts):
      let expert = experts.expert
      held.addCut(expert.vectorsBetween * bytes, "k e", experts.chosen * expert.inner)
      if let shared = experts.shared { held.addCut(shared.vectorsBetween * bytes, "d", shared.inner) }
    }
    return held
  }
}

extension Perceptron {
  /// How many vectors of the inner length lie between the matrices: gate, up and product, or before and after.
  var vectorsBetween: Double { isGated ? 3 : 2 }
}
