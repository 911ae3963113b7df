/// The latency of a message between two devices, in the problem's time unit.
///
/// Latency occupies neither device, and a device reaches itself at once.
public enum Communication: Hashable, Sendable {
  /// The same latency between any two different devices.
  case uniform(Double)
  /// `latency[from][to]`, device by device; the diagonal is not read.
  case matrix([[Double]])

  /// The time from the end of a producer on `source` until its consumer on `destination` may start. O(1).
  public func latency(from source: Device.ID, to destination: Device.ID) -> Double {
    if source == destination { return 0 }
    return switch self {
    case .uniform(let latency): latency
    case .matrix(let rows): rows[source.index][destination.index]
    }
  }
}
