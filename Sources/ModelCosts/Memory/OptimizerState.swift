/// How weights, gradients and the state of the optimizer are held.
public struct OptimizerState: Hashable, Sendable {
  /// Who holds what.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Every copy of the model holds everything.
    case plain
    /// The copies share the optimizer's state: Megatron's distributed optimizer, ZeRO 1.
    case distributed
    /// The copies share everything, and gather the weights of a layer while they need them: FSDP, ZeRO 3.
    case fullySharded = "fsdp"
  }

  /// Who holds what.
  public var kind: Kind
  /// The bytes of a gradient as it is added up, 4 or 2; FSDP adds up its own shard only.
  public var gradientBytes: Double

  /// Describes an optimizer.
  public init(_ kind: Kind, gradientBytes: Double = 4) {
    self.kind = kind
    self.gradientBytes = gradientBytes
  }

  /// The bytes of one parameter on one device, with Adam's two moments and a master copy in 32 bits.
  ///
  /// In 16 bits: 2 for the weight, the gradient, 12 for the optimizer, which is 18 or, shared, 6 + 12 / copies, as
  /// Megatron-core says. FSDP shares all 16, as its gradients are as short as its weights. In 32 bits the weight is its
  /// own master copy.
  ///
  /// - Parameter copies: how many devices hold the parameter, or would.
  public func bytesPerParameter(_ precision: Precision, copies: Double) -> Double {
    let weight = precision.bytes
    let gradient = precision == .float32 ? 4 : gradientBytes
    let state: Double = precision == .float32 ? 8 : 12
    return switch kind {
    case .plain: weight + gradient + state
    case .distributed: weight + gradient + state / copies
    case .fullySharded: (weight + weight + state) / copies
    }
  }

  /// The bytes of one parameter, as a formula in `copies`.
  public func formula(_ precision: Precision, copies: String) -> String {
    let weight = precision.bytes
    let gradient = precision == .float32 ? 4 : gradientBytes
    let state: Double = precision == .float32 ? 8 : 12
    return switch kind {
    case .plain: "\((weight + gradient + state).formulaText)"
    case .distributed: "(\((weight + gradient).formulaText) + \(state.formulaText)/\(copies))"
    case .fullySharded: "\((2 * weight + state).formulaText)/\(copies)"
    }
  }
}
