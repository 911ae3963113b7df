import PipelineModel

/// What scenarios change at random.
public enum ScenarioRule: Hashable, Sendable {
  /// Every selected pass draws a factor on its duration.
  case factor(Distribution, on: Selection)
  /// One device computes at another speed.
  case oneDevice(speed: Double)
  /// One link that messages take has another latency, both ways.
  case oneLink(LatencyChange)

  /// Another latency.
  public enum LatencyChange: Hashable, Sendable {
    /// In place of the problem's own, in its time unit.
    case latency(Double)
    /// A factor on the problem's own.
    case factor(Double)
  }

  /// Which passes draw; `nil` stands for all.
  public struct Selection: Hashable, Sendable {
    /// Those on these stages.
    public var stages: [Stage.ID]?
    /// Those of these kinds: `F`, `B`, which stands for a `BW` that cannot be taken apart as well, or `W`.
    public var kinds: [Operation.Kind]?
    /// Those on these devices.
    public var devices: [Device.ID]?
    /// Those of these microbatches.
    public var microbatches: [Microbatch.ID]?

    /// Selects passes that are in all of the lists; without arguments all.
    public init(
      stages: [Stage.ID]? = nil, kinds: [Operation.Kind]? = nil, devices: [Device.ID]? = nil,
      microbatches: [Microbatch.ID]? = nil
    ) {
      self.stages = stages
      self.kinds = kinds
      self.devices = devices
      self.microbatches = microbatches
    }
  }
}

extension ScenarioRule.LatencyChange {
  /// The latency in place of another.
  func latency(insteadOf own: Double) -> Double {
    switch self {
    case .latency(let latency): latency
    case .factor(let factor): factor * own
    }
  }
}
