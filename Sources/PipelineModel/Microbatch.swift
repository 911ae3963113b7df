/// One slice of the global batch.
public struct Microbatch: Hashable, Sendable {
  /// The microbatch's position in the batch.
  @frozen
  public struct ID: TypedIndex {
    /// The zero-based position.
    public let rawValue: Int32
    /// Wraps a zero-based position.
    @inlinable
    public init(rawValue: Int32) { self.rawValue = rawValue }
  }

  /// The factors on its durations; 1 for an ordinary one.
  public var scale: Scale
  /// The factor on its activations, stage by stage; 1 for an ordinary one.
  public var memory: PerStage
  /// The device its route has to start on, where the user said so.
  public var origin: Device.ID?
  /// A label for reports, where the user gave one.
  public var name: String?
  /// The job that it belongs to, such as an adapter and its step, where the user gave one: reports tell when each job ends.
  public var job: String?

  /// The factors on the durations of one microbatch's passes: attention grows with the square of a sequence's
  /// length, the backward pass for the weights does not.
  public struct Scale: Hashable, Sendable {
    /// On `F`.
    public var forward: PerStage
    /// On `B`, and on a `BW` that cannot be taken apart.
    public var backwardInput: PerStage
    /// On `W`.
    public var backwardWeight: PerStage

    /// The same factors for all passes.
    public init(_ factor: PerStage) {
      self.init(forward: factor, backwardInput: factor, backwardWeight: factor)
    }

    /// Factors of their own for each pass.
    public init(forward: PerStage, backwardInput: PerStage, backwardWeight: PerStage) {
      self.forward = forward
      self.backwardInput = backwardInput
      self.backwardWeight = backwardWeight
    }

    /// The factor where all passes on all stages have the same; `nil` where they differ.
    public var uniform: Double? {
      guard case .same(let factor) = forward, backwardInput == forward, backwardWeight == forward else {
        return nil
      }
      return factor
    }

    /// Whether all passes have the same factors, stage by stage.
    package var hasOneFactorPerStage: Bool { backwardInput == forward && backwardWeight == forward }

    /// All factors that occur.
    package var factors: [Double] { forward.numbers + backwardInput.numbers + backwardWeight.numbers }

    /// The same with every factor changed.
    package func map(_ change: (Double) -> Double) -> Scale {
      Scale(
        forward: forward.map(change), backwardInput: backwardInput.map(change),
        backwardWeight: backwardWeight.map(change))
    }
  }

  /// Describes a microbatch.
  public init(
    scale: Scale, memory: PerStage = 1, name: String? = nil, job: String? = nil, origin: Device.ID? = nil
  ) {
    self.scale = scale
    self.memory = memory
    self.origin = origin
    self.name = name
    self.job = job
  }

  /// Describes a microbatch with one factor on all its durations.
  public init(
    scale: Double = 1, memory: PerStage = 1, name: String? = nil, job: String? = nil,
    origin: Device.ID? = nil
  ) {
    self.init(scale: Scale(.same(scale)), memory: memory, name: name, job: job, origin: origin)
  }

  /// The same without what only people read.
  package var withoutLabels: Microbatch { Microbatch(scale: scale, memory: memory, origin: origin) }
}
