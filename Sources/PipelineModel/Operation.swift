/// One piece of work: a pass of one kind of one microbatch through one stage.
@frozen
public struct Operation: Hashable, Sendable {
  /// What the operation computes; `KindTraits` is the catalogue of what is true of each kind.
  @frozen
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// `F`: the forward pass.
    case forward
    /// `B`: the backward pass for the input.
    case backwardInput
    /// `W`: the backward pass for the weights.
    case backwardWeight
    /// `BW`: both backward passes, fused.
    case backward
    /// `R`: brings back what the backward pass needs from the checkpoint.
    case recompute
    /// `L`: launches the way back of what is with the host. It takes no time on the device.
    case reload
  }

  /// The stage the pass goes through.
  public var stage: Stage.ID
  /// The microbatch it carries.
  public var microbatch: Microbatch.ID
  /// What it computes.
  public var kind: Kind

  /// Names an operation.
  @inlinable
  public init(_ kind: Kind, stage: Stage.ID, microbatch: Microbatch.ID) {
    self.stage = stage
    self.microbatch = microbatch
    self.kind = kind
  }
}

extension Operation: CustomStringConvertible {
  /// The operation as messages name it: `F(stage 2, microbatch 5)`.
  public var description: String { "\(kind.symbol)(stage \(stage), microbatch \(microbatch))" }
}
