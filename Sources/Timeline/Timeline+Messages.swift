import OperationGraph
import PipelineModel

/// The messages between devices while they are in flight: sent, and not yet needed.
package struct MessagesInFlight: Sendable {
  /// A message from the operation at one position of `Orders.operations` to that at another.
  package struct Message: Hashable, Sendable {
    package var producer: Int
    package var consumer: Int
    /// The end of the one and the start of the other, in grid steps.
    package var sent: Double
    package var needed: Double
  }

  /// All messages, in the order of what needs them.
  package let messages: [Message]
  /// The most that are in flight at one moment, over all pairs of devices.
  package private(set) var most = 0
  /// The first moment with so many, in grid steps.
  package private(set) var moment = 0.0
  /// The times of all messages together, in grid steps.
  package let time: Double

  /// O(messages log messages).
  fileprivate init(_ messages: [Message]) {
    self.messages = messages
    time = messages.reduce(0) { $0 + $1.needed - $1.sent }
    // What is needed at a moment is in flight no more.
    let sent = messages.map(\.sent).sorted()
    let needed = messages.map(\.needed).sorted()
    var next = 0
    for (index, time) in sent.enumerated() {
      while next < needed.count, needed[next] <= time { next += 1 }
      guard index + 1 - next > most else { continue }
      (most, moment) = (index + 1 - next, time)
    }
  }

  /// Whether a message is in flight when most are.
  package func isCrowded(_ message: Message) -> Bool { message.sent <= moment && moment < message.needed }

  /// Whether there are fewer than others, or as many for a shorter time.
  package func areFewer(than others: MessagesInFlight) -> Bool {
    most == others.most ? time < others.time : most < others.most
  }
}

extension Timeline {
  /// The messages between devices, each in flight from the end of the operation that sends it to the start of the one
  /// that needs it. O(operations + messages log messages).
  package var messagesInFlight: MessagesInFlight {
    var producers = [Int32](repeating: -1, count: lowered.problem.endCount)
    for (position, code) in lowered.codes.enumerated() where lowered.rows[Int(code.row)].supplies {
      producers[Int(code.end)] = Int32(position)
      for message in lowered.problem.queues.messages[lowered.traits[Int(code.row)].messages.indices] {
        producers[Int(code.end &+ message.offset)] = Int32(position)
      }
    }
    var messages: [MessagesInFlight.Message] = []
    for device in 0..<lowered.bounds.count - 1 {
      let own = lowered.bounds[device]..<lowered.bounds[device + 1]
      for position in own {
        for input in lowered.inputs(of: position) {
          let producer = Int(producers[input.end])
          guard producer >= 0, !own.contains(producer) else { continue }
          messages.append(
            MessagesInFlight.Message(
              producer: producer, consumer: position, sent: ends[producer], needed: starts[position]))
        }
      }
    }
    return MessagesInFlight(messages)
  }
}
