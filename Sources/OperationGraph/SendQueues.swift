import PipelineModel

/// The send queues of a problem: of messages where transfers are serialised, and of what goes to and from hosts.
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
    /// Whether it goes to the host or comes from there.
    package var isOfHost = false
    /// What it moves to the host or back, in steps of the memory grid.
    package var memory = 0.0
  }

  /// The way of a transfer between a device and its host.
  enum HostChannel: Int32 {
    case toHost = -2
    case fromHost = -3
  }

  /// Stands for the queue in which the ends of a device's `W` are told: they take no time and never wait.
  private static let ofWeights: Int32 = -4

  /// What the rows send, row by row; none where nothing waits in a queue.
  package internal(set) var messages: [Message] = []
  /// The number of queues: one per link that routes use, or per device; two per device that offloads.
  package private(set) var count = 0

  private var numbers: [SIMD2<Int32>: Int32] = [:]

  /// Begins without messages.
  init() {}

  /// The queue that a message joins. O(1).
  mutating func number(
    from source: Device.ID, to target: Device.ID, _ serialise: Communication.Serialisation
  ) -> Int32 {
    number(source, serialise == .link ? target.rawValue : -1)
  }

  /// The queue of a device's transfers one way. O(1).
  mutating func number(of device: Device.ID, _ channel: HostChannel) -> Int32 {
    number(device, channel.rawValue)
  }

  /// The queue in which the ends of a device's `W` are told to those that wait for them. O(1).
  mutating func number(ofWeightsOn device: Device.ID) -> Int32 { number(device, Self.ofWeights) }

  private mutating func number(_ source: Device.ID, _ target: Int32) -> Int32 {
    let key: SIMD2<Int32> = [source.rawValue, target]
    if let queue = numbers[key] { return queue }
    numbers[key] = Int32(count)
    count += 1
    return Int32(count - 1)
  }
}
