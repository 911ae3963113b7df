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
  /// Which backward passes there are, and how long they take.
  public var backward: Backward
  /// Memory held from the start of `F` to the end of `B` or `BW`; without a backward pass, until every stage on the
  /// same device that `F` feeds has run its `F`, or else to the end of `F`.
  public var activationForB: Double
  /// The part of `activationForB` still held from the end of `B` to the end of `W`; without a `W`, nothing is.
  public var activationForW: Double
  /// What is held instead of `activationForB` until `R` or, without one, the backward pass starts: it grows to
  /// `activationForB` then. `nil` where all is held from the start of `F`.
  public var checkpoint: Double?
  /// Duration of `R`, which brings back what the backward pass needs from the checkpoint; `nil` without one.
  public var recompute: Double?
  /// How much of the checkpoint is with the host from the end of `F` until `L` launches its way back; 0 where all
  /// stays.
  public var offload: Double
  /// Other ways to run a microbatch on the stage, which is mode 0 itself.
  public var modes: [Mode]
  /// The mode in which all microbatches run; `nil` where modes are a choice.
  public var mode: Int?
  /// What mode 0 is called; `nil` for `plain`.
  public var modeName: String?
  /// The modules that frameworks are told to recompute or to offload in mode 0.
  public var modules: [String]
  /// Memory that every device hosting the stage holds all the time: weights, gradients, optimizer state.
  public var staticMemory: Double
  /// The stages whose output `F` needs, as far as a route visits them; `nil` for the visit before it on the route.
  public var inputs: [ID]?
  /// The size of the messages that carry its output, and of those that bring the gradient of it; `nil` for that of all
  /// messages. Links without bandwidths do not ask for it.
  public var messageBytes: Double?
  /// Duration of the first `F` that a device runs on the stage in an iteration; `nil` where it is like any other.
  public var firstForward: Double?
  /// Duration of the last `B` that a device runs on the stage in an iteration, or of the last whole backward; the
  /// `BW` of a stage that has a `W` takes the time of that besides. `nil` where it is like any other.
  public var lastBackward: Double?
  /// The names of the model's layers that make up the stage, in order, where they are known: what frameworks
  /// are told to put on it. Without empty names, and empty only where a partition leaves the stage without layers.
  public var layers: [String]?

  /// Describes a stage.
  public init(
    forward: Double, backward: Backward, activationForB: Double = 1, activationForW: Double = 0.5,
    checkpoint: Double? = nil, recompute: Double? = nil, offload: Double = 0, modes: [Mode] = [],
    mode: Int? = nil, modeName: String? = nil, modules: [String] = [], staticMemory: Double = 0,
    inputs: [ID]? = nil, messageBytes: Double? = nil, firstForward: Double? = nil,
    lastBackward: Double? = nil, layers: [String]? = nil
  ) {
    self.forward = forward
    self.backward = backward
    self.activationForB = activationForB
    self.activationForW = activationForW
    self.checkpoint = checkpoint
    self.recompute = recompute
    self.offload = offload
    self.modes = modes
    self.mode = mode
    self.modeName = modeName
    self.modules = modules
    self.staticMemory = staticMemory
    self.inputs = inputs
    self.messageBytes = messageBytes
    self.firstForward = firstForward
    self.lastBackward = lastBackward
    self.layers = layers
  }

  /// Describes a stage whose backward pass can be split.
  public init(
    forward: Double, backwardInput: Double, backwardWeight: Double,
    activationForB: Double = 1, activationForW: Double = 0.5, staticMemory: Double = 0,
    layers: [String]? = nil
  ) {
    self.init(
      forward: forward, backward: .split(input: backwardInput, weight: backwardWeight),
      activationForB: activationForB, activationForW: activationForW, staticMemory: staticMemory,
      layers: layers)
  }
}
