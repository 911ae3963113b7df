/// A slice of the model's layers: how long its passes take and how much memory they hold.
///
/// Times are in the problem's time unit for a microbatch of scale 1, memory in its memory unit.
public struct Stage: Hashable, Sendable {
  /// The stage's position in the model.
  @frozen
  public struct ID: TypedIndex {
    /// The zero-based position.
    public let rawValue: Int32
    /// Wraps a zero-based position.
    @inlinable
    public init(rawValue: Int32) { self.rawValue = rawValue }
  }

  /// Duration of `F`.
  public var forward: Double
  /// Duration of `B`, the backward pass for the input.
  public var backwardInput: Double
  /// Duration of `W`, the backward pass for the weights.
  public var backwardWeight: Double
  /// Memory held from the start of `F` to the end of `B`.
  public var activationForB: Double
  /// The part of `activationForB` still held from the end of `B` to the end of `W`.
  public var activationForW: Double
  /// Memory that every device hosting the stage holds all the time: weights, gradients, optimizer state.
  public var staticMemory: Double
  /// The names of the model's layers that make up the stage, in order, where they are known: what frameworks
  /// are told to put on it. Not empty, and without empty names.
  public var layers: [String]?

  /// Describes a stage.
  public init(
    forward: Double, backwardInput: Double, backwardWeight: Double,
    activationForB: Double = 1, activationForW: Double = 0.5, staticMemory: Double = 0,
    layers: [String]? = nil
  ) {
    self.forward = forward
    self.backwardInput = backwardInput
    self.backwardWeight = backwardWeight
    self.activationForB = activationForB
    self.activationForW = activationForW
    self.staticMemory = staticMemory
    self.layers = layers
  }

  /// Duration of an operation of the given kind on this stage, for a microbatch of scale 1.
  public func duration(of kind: Operation.Kind) -> Double {
    switch kind {
    case .forward: forward
    case .backwardInput: backwardInput
    case .backwardWeight: backwardWeight
    case .backward: backwardInput + backwardWeight
    }
  }

  /// The same stage as a device of some speed runs it: every duration is divided by the speed.
  package func atSpeed(_ speed: Double) -> Stage {
    var stage = self
    stage.forward /= speed
    stage.backwardInput /= speed
    stage.backwardWeight /= speed
    return stage
  }

  /// The work of one microbatch of scale 1: `F`, `B` and `W` together.
  public var work: Double { forward + backwardInput + backwardWeight }
}
