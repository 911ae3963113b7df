import PipelineModel

/// The send queues of a problem whose transfers are serialised.
///
/// All messages of a queue have one sender, so that its order alone says in which order they leave.
package struct SendQueues: Sendable {
  /// One message of the operations of one row.
  package struct Message: BitwiseCopyable, Sendable {
    /// How long it occupies its queue, in grid steps.
    package var transfer: Double
    /// The number of its queue.
    package var queue: Int32
    /// From the producer's end to where the moment is kept at which the message leaves.
    package var offset: Int32
  }

  /// What the rows send, row by row; none where transfers are not serialised.
  package internal(set) var messages: [Message] = []
  /// The number of queues: one per link that routes use, or per device.
  package private(set) var count = 0

  private var numbers: [SIMD2<Int32>: Int32] = [:]

  /// Begins without messages.
  init() {}

  /// The queue that a message joins. O(1).
  mutating func number(
    from source: Device.ID, to target: Device.ID, _ serialise: Communication.Serialisation
  ) -> Int32 {
    let key: SIMD2<Int32> = [source.rawValue, serialise == .link ? target.rawValue : -1]
    if let queue = numbers[key] { return queue }
    numbers[key] = Int32(count)
    count += 1
    return Int32(count - 1)
  }
}
