/// Labels for reports and axes; they carry no arithmetic.
public struct Units: Hashable, Sendable {
  /// The unit of every duration and latency, such as `ms`; empty for abstract time.
  public var time: String
  /// The unit of every memory figure, such as `GiB` or `activations`; empty for abstract memory.
  public var memory: String

  /// Names both units.
  public init(time: String = "", memory: String = "") {
    self.time = time
    self.memory = memory
  }
}
