import PipelineModel

/// The send queues of a problem whose transfers are serialised, lowered to flat arrays.
///
/// All messages of a queue have one sender, so that its order alone says in which order they leave.
package struct SendQueues {
  /// What the operations of one row of the visit table send.
  package struct Message: BitwiseCopyable {
    /// How long it occupies its queue, in grid steps.
    package var transfer: Double
    /// The number of its queue; negative where nothing is sent.
    package var queue: Int32

    /// Nothing is sent.
    package static var none: Message { Message(transfer: 0, queue: -1) }
  }

  /// What each row of the visit table sends; empty where transfers are not serialised.
  package private(set) var messages: [Message] = []
  /// The number of queues.
  package private(set) var count = 0

  /// One queue per link that routes use, or per device.
  private var numbers: [SIMD2<Int32>: Int32] = [:]

  /// Begins without rows.
  init() {}

  /// Appends what the four rows of a visit send. O(1).
  mutating func append(
    visits: [Route.Visit], position: Int, over communication: Communication, grid: DecimalGrid
  ) {
    guard let serialise = communication.serialise else { return }
    let source = visits[position].device
    func message(to other: Int) -> Message {
      guard visits.indices.contains(other), visits[other].device != source else { return .none }
      let target = visits[other].device
      let key: SIMD2<Int32> = [source.rawValue, serialise == .link ? target.rawValue : -1]
      let queue = numbers[key] ?? Int32(count)
      if numbers.updateValue(queue, forKey: key) == nil { count += 1 }
      return Message(transfer: grid.steps(communication.transfer(from: source, to: target)), queue: queue)
    }
    let backward = message(to: position - 1)
    messages += [message(to: position + 1), backward, .none, backward]
  }

  /// Appends a row that sends what another does. O(1).
  mutating func append(copyOf row: Int) {
    if !messages.isEmpty { messages.append(messages[row]) }
  }

  /// Appends a row that sends nothing. O(1).
  package mutating func appendNothing() {
    if !messages.isEmpty { messages.append(.none) }
  }
}
