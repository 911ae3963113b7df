/// One copy between a device and the memory of its host: of what a mode keeps there between `F` and what follows.
public struct HostCopy: Hashable, Sendable {
  /// To the host, or back.
  public enum Way: String, Hashable, Sendable, CaseIterable {
    /// To the host, behind `F`.
    case offload
    /// Back to the device, launched by `L`.
    case reload
  }

  /// Which way it goes.
  public var way: Way
  /// The stage whose checkpoint it moves.
  public var stage: Stage.ID
  /// The microbatch that it belongs to.
  public var microbatch: Microbatch.ID

  /// Names a copy.
  public init(_ way: Way, stage: Stage.ID, microbatch: Microbatch.ID) {
    self.way = way
    self.stage = stage
    self.microbatch = microbatch
  }

  /// The copy that an operation launches, in a mode that offloads; `nil` for kinds that launch none.
  public init?(launchedBy operation: Operation) {
    switch operation.kind {
    case .forward: self.init(.offload, stage: operation.stage, microbatch: operation.microbatch)
    case .reload: self.init(.reload, stage: operation.stage, microbatch: operation.microbatch)
    case .backwardInput, .backwardWeight, .backward, .recompute: return nil
    }
  }
}

extension HostCopy: CustomStringConvertible {
  /// The copy as reports name it: `OFFLOAD(stage 2, microbatch 5)`.
  public var description: String { "\(way.rawValue.uppercased())(stage \(stage), microbatch \(microbatch))" }
}
