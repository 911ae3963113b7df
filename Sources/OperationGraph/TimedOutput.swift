import PipelineModel

/// What a device holds by time and not by the order of a stream: the output of a task on another stream than the compute
/// stream, or of one that other streams of its device wait for.
///
/// No order says when it ends. Engines that know rows alone keep room for it all the time, which keeps limits.
package struct TimedOutput: Sendable {
  /// The compute stream of its device.
  package let device: Int
  /// In steps of the memory grid.
  package let amount: Double
  /// The operation at whose start it is taken.
  package let producer: Operation
  /// The operations on its device, `B` and `W` apart, after the last of which it is released; none for its own end.
  package let readers: [Operation]
  /// Whether these run in the next iteration.
  package let isCarried: Bool

  /// The most that there is of it at a time: of what is carried, what was made an iteration ago besides.
  var most: Double { isCarried ? 2 * amount : amount }
}
