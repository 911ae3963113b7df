/// One transformer layer: attention, then a feed-forward part, each behind a norm.
public struct LayerShape: Hashable, Sendable {
  /// How tokens look at each other.
  public var attention: AttentionShape
  /// How each token is treated alone.
  public var feedForward: FeedForwardShape
  /// What a norm's parameters are.
  public var norm: NormShape
  /// Whether what attention and the feed-forward part make is normalised again: Gemma 2 and 3, GLM-4-0414.
  public var hasOutputNorms: Bool
  /// Whether both parts read the same vector, instead of one behind the other: GPT-NeoX.
  public var isParallel: Bool
  /// How many keys a token sees at most; `nil` for all before it.
  public var window: Int?

  /// Describes a layer.
  public init(
    attention: AttentionShape, feedForward: FeedForwardShape, norm: NormShape = .scale,
    hasOutputNorms: Bool = false, isParallel: Bool = false, window: Int? = nil
  ) {
    self.attention = attention
    self.feedForward = feedForward
    self.norm = norm
    self.hasOutputNorms = hasOutputNorms
    self.isParallel = isParallel
    self.window = window
  }

  /// How many norms of whole vectors it has.
  public var normCount: Double { hasOutputNorms ? 4 : 2 }

  /// How many keys a token sees on average, itself included, under a causal mask.
  ///
  /// Token i of s sees min(i, window) keys; without a window that is (s + 1) / 2 on average.
  public func meanKeys(sequence: Int) -> Double {
    let length = Double(sequence)
    guard let window, window < sequence else { return (length + 1) / 2 }
    let seen = Double(window)
    return (seen * (seen + 1) / 2 + (length - seen) * seen) / length
  }
}

/// What a norm multiplies by, and adds.
public enum NormShape: Hashable, Sendable {
  /// A factor per element: RMSNorm.
  case scale
  /// A factor and a summand per element: LayerNorm.
  case scaleAndShift

  /// How many parameters it has per element.
  public var parametersPerElement: Double { self == .scale ? 1 : 2 }
}
