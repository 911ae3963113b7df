/// When sends and receives complete.
///
/// A device runs its program step by step and goes on when a step has completed. Messages from one device to
/// another are received in the order in which they were sent: no runtime matches them by name.
public enum CommunicationMode: Hashable, Sendable {
  /// A send completes together with its receive: whichever device is first there waits for the other.
  case rendezvous
  /// A send completes while fewer than `capacity` messages from its device to the receiver are under way, and at
  /// once without a capacity; a receive completes when its message has been sent.
  case buffered(capacity: Int?)
  /// Sends and receives with no operation between them are launched together, and complete together when the
  /// other ends of all of them have been launched.
  case batched
}

extension CommunicationMode: CustomStringConvertible {
  /// The mode as it is given on the command line.
  public var description: String {
    switch self {
    case .rendezvous: "rendezvous"
    case .buffered(let capacity): capacity.map { "buffered:\($0)" } ?? "buffered"
    case .batched: "batched"
    }
  }
}
