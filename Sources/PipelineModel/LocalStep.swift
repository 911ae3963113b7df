/// A step of a program that computes no operation and talks to no other rank of its pipeline: what a rank does with its
/// replicas, or with sends that are under way. It takes no time here.
public struct LocalStep: Hashable, Sendable {
  /// What is done, in the words of PyTorch.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The stage's weights are gathered.
    case unshard = "UNSHARD"
    /// What was gathered is freed.
    case reshard = "RESHARD"
    /// The stage's gradients are reduced over its replicas.
    case reduceGradients = "REDUCE_GRAD"
    /// A reduction has ended.
    case waitForReduction = "WAIT_REDUCE_GRAD"
    /// The send of an activation has ended, and what it sent is freed.
    case waitForActivation = "WAIT_SEND_F"
    /// The send of a gradient has ended, and what it sent is freed.
    case waitForGradient = "WAIT_SEND_B"

    /// Whether it is about one microbatch, or about the stage as a whole.
    public var hasMicrobatch: Bool {
      switch self {
      case .unshard, .reshard, .reduceGradients, .waitForReduction: false
      case .waitForActivation, .waitForGradient: true
      }
    }
  }

  /// What is done.
  public var kind: Kind
  /// The stage that it is done for.
  public var stage: Stage.ID
  /// The microbatch that it is about, for kinds that have one.
  public var microbatch: Microbatch.ID?

  /// Names a step.
  public init(_ kind: Kind, stage: Stage.ID, microbatch: Microbatch.ID? = nil) {
    self.kind = kind
    self.stage = stage
    self.microbatch = microbatch
  }
}

extension LocalStep: CustomStringConvertible {
  /// The step as reports name it: `REDUCE_GRAD(stage 2)`.
  public var description: String {
    "\(kind.rawValue)(stage \(stage)\(microbatch.map { ", microbatch \($0)" } ?? ""))"
  }
}
