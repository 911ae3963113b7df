/// What a device gains by running two operations of different microbatches together.
///
/// Source: DeepSeek-AI, "DeepSeek-V3 Technical Report", arXiv 2412.19437, section 3.2.1 (DualPipe).
public struct Overlap: Hashable, Sendable {
  /// The duration of a paired `F` and `BW`, as a multiple of the sum of their durations, by stage; above 0. A pair
  /// takes the larger factor of its two stages.
  ///
  /// 1 makes a pair as long as its parts; the computation of one hides the communication of the other below it.
  public var forwardBackward: PerStage

  /// Describes the gain.
  @_disfavoredOverload
  public init(forwardBackward: PerStage) { self.forwardBackward = forwardBackward }

  /// Describes a gain that is the same for all stages.
  public init(forwardBackward: Double) { self.init(forwardBackward: .same(forwardBackward)) }

  /// The factor of a pair of an `F` on one stage and a `BW` on another.
  public func factor(_ forward: Stage.ID, _ backward: Stage.ID) -> Double {
    max(forwardBackward[forward], forwardBackward[backward])
  }
}
