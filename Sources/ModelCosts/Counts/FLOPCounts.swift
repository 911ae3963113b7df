/// The operations that one token takes, two per multiply-add, by part. Norms, softmax and rotations are left out: what
/// they take is bandwidth.
///
/// A token of a sequence of s sees (s + 1) / 2 keys on average under a causal mask, fewer with a window. Formulas that
/// count all s keys, such as that of Korthikanti et al. (arXiv 2205.05198), say more.
public struct FLOPCounts: Hashable, Sendable {
  /// Forward, the matrices of attention.
  public let attentionProjections: Double
  /// Forward, queries by keys and weights by values.
  public let attentionScores: Double
  /// Forward, the matrices of feed-forward parts that a token uses.
  public let feedForward: Double
  /// Forward, the head.
  public let head: Double
  /// Forward, the predictors of further tokens with the head again; not in `forward`.
  public let predictors: Double

  /// Counts for tokens of sequences of a length.
  public init(_ model: ModelShape, sequence: Int) {
    func sum(_ part: (LayerShape) -> Double) -> Double {
      model.runs.reduce(0) { $0 + Double($1.count) * part($1.layer) }
    }
    attentionProjections = sum { $0.attention.matrices.flops }
    attentionScores = sum { $0.scoreFLOPs(sequence: sequence) }
    feedForward = sum(\.feedForwardFLOPs)
    head = model.head.flops
    let predictor = model.predictor.map {
      $0.forwardFLOPs(sequence: sequence) + model.joint.flops + model.head.flops
    }
    predictors = Double(model.predictors) * (predictor ?? 0)
  }

  /// The forward pass.
  public var forward: Double { attentionProjections + attentionScores + feedForward + head }

  /// The backward pass for the input: every matrix once, scores twice.
  public var backwardInput: Double { forward + attentionScores }

  /// The backward pass for the weights: every matrix once.
  public var backwardWeight: Double { forward - attentionScores }

  /// All passes: three times the forward pass.
  public var training: Double { forward + backwardInput + backwardWeight }
}

extension LayerShape {
  /// Queries by keys and weights by values, for one token.
  func scoreFLOPs(sequence: Int) -> Double {
    2 * meanKeys(sequence: sequence) * attention.heads * attention.scoreWidth
  }

  /// The matrices of the feed-forward part that one token uses.
  var feedForwardFLOPs: Double {
    feedForward.commonMatrices.flops
      + (feedForward.experts.map { $0.chosen * $0.expert.matrices.flops } ?? 0)
  }

  /// The forward pass of one token.
  func forwardFLOPs(sequence: Int) -> Double {
    attention.matrices.flops + scoreFLOPs(sequence: sequence) + feedForwardFLOPs
  }
}
