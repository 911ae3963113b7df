/// What a device gains by running two operations of different microbatches together.
///
/// Source: DeepSeek-AI, "DeepSeek-V3 Technical Report", arXiv 2412.19437, section 3.2.1 (DualPipe).
public struct Overlap: Hashable, Sendable {
  /// The duration of a paired `F` and `BW`, as a multiple of the sum of their durations; above 0.
  ///
  /// 1 makes a pair as long as its parts; the computation of one hides the communication of the other below it.
  public var forwardBackward: Double

  /// Describes the gain.
  public init(forwardBackward: Double) { self.forwardBackward = forwardBackward }
}
