/// The part of a layer that treats each token alone.
public enum FeedForwardShape: Hashable, Sendable {
  /// The same matrices for every token.
  case dense(Perceptron)
  /// A router that sends each token to a few of many experts.
  case experts(Experts)

  /// The matrices that every token uses, those of shared experts and of the router among them.
  public var commonMatrices: [WeightMatrix] {
    switch self {
    case .dense(let perceptron): perceptron.matrices
    case .experts(let experts):
      [experts.router] + (experts.shared?.matrices ?? []) + (experts.sharedGate.map { [$0] } ?? [])
    }
  }

  /// All parameters. Those of the router's correction, which balances loads and has no gradient, are counted, as
  /// checkpoints do.
  public var parameters: Double { commonMatrices.parameters + (experts.map { $0.correction + $0.all } ?? 0) }

  /// The parameters that one token uses.
  public var activeParameters: Double {
    commonMatrices.parameters + (experts.map { $0.correction + $0.used } ?? 0)
  }

  /// The experts; `nil` where there are none.
  public var experts: Experts? { if case .experts(let experts) = self { experts } else { nil } }
}

/// Two matrices with a nonlinearity between them, or three where a second one gates the first.
public struct Perceptron: Hashable, Sendable {
  /// The length of a token's vector.
  public var hidden: Double
  /// The length of the vector between the matrices.
  public var inner: Double
  /// Whether the product of two first matrices is taken: SwiGLU, GeGLU.
  public var isGated: Bool
  /// Whether the matrices have a bias.
  public var hasBias: Bool

  /// Describes a perceptron.
  public init(hidden: Double, inner: Double, isGated: Bool = true, hasBias: Bool = false) {
    self.hidden = hidden
    self.inner = inner
    self.isGated = isGated
    self.hasBias = hasBias
  }

  var matrices: [WeightMatrix] {
    let first = WeightMatrix(hidden, inner, hasBias: hasBias, split: .outputs)
    let last = WeightMatrix(inner, hidden, hasBias: hasBias, split: .inputs)
    return isGated ? [first, first, last] : [first, last]
  }
}

/// Experts of equal shape, of which a router chooses a few for each token.
public struct Experts: Hashable, Sendable {
  /// One of them.
  public var expert: Perceptron
  /// How many there are.
  public var count: Double
  /// How many each token is sent to.
  public var chosen: Double
  /// All experts that see every token as one; `nil` without.
  public var shared: Perceptron?
  /// Whether one more number per token scales what the shared experts say: Qwen2-MoE.
  public var hasSharedGate: Bool
  /// Whether the router has a number per expert that balances their loads: DeepSeek-V3, Kimi K2, GLM-4.5.
  public var hasCorrection: Bool

  /// Describes experts.
  public init(
    _ expert: Perceptron, count: Double, chosen: Double, shared: Perceptron? = nil,
    hasSharedGate: Bool = false, hasCorrection: Bool = false
  ) {
    self.expert = expert
    self.count = count
    self.chosen = chosen
    self.shared = shared
    self.hasSharedGate = hasSharedGate
    self.hasCorrection = hasCorrection
  }

  var router: WeightMatrix { WeightMatrix(expert.hidden, count, split: .none) }
  var sharedGate: WeightMatrix? { hasSharedGate ? WeightMatrix(expert.hidden, 1, split: .none) : nil }
  var correction: Double { hasCorrection ? count : 0 }
  /// The parameters of all experts among which the router chooses.
  var all: Double { count * expert.matrices.parameters }
  /// The parameters of those that one token uses.
  var used: Double { chosen * expert.matrices.parameters }
}
