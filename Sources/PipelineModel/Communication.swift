/// The latency of a message between two devices, in the problem's time unit.
///
/// Latency occupies neither device, and a device reaches itself at once.
public enum Communication: Hashable, Sendable {
  /// The same latency between any two different devices.
  case uniform(Double)
  /// `latency[from][to]`, device by device; the diagonal is not read.
  case matrix([[Double]])
  /// A latency and a bandwidth per link, and how much each message carries.
  case links(Links)

  /// Links over which a message takes its latency and `bytes` / bandwidth.
  public struct Links: Hashable, Sendable {
    /// `latency[from][to]`, in the problem's time unit; the diagonal is not read.
    public var latency: [[Double]]
    /// `bandwidth[from][to]`, in bytes per time unit; 0 where nothing gets through. The diagonal is not read.
    public var bandwidth: [[Double]]
    /// The size of every message.
    public var bytes: Double

    /// Describes links.
    public init(latency: [[Double]], bandwidth: [[Double]], bytes: Double) {
      self.latency = latency
      self.bandwidth = bandwidth
      self.bytes = bytes
    }

    /// How long a message takes; infinite where it never arrives. O(1).
    func time(from source: Int, to destination: Int) -> Double {
      bytes > 0
        ? latency[source][destination] + bytes / bandwidth[source][destination]
        : latency[source][destination]
    }
  }

  /// The time from the end of a producer on `source` until its consumer on `destination` may start: infinite
  /// where no message gets through. O(1).
  public func latency(from source: Device.ID, to destination: Device.ID) -> Double {
    if source == destination { return 0 }
    return switch self {
    case .uniform(let latency): latency
    case .matrix(let rows): rows[source.index][destination.index]
    case .links(let links): links.time(from: source.index, to: destination.index)
    }
  }

  /// The latencies between different devices that a message may take; a uniform one counts once.
  /// O(devices²).
  package var finiteLatencies: [Double] {
    func each(_ count: Int, _ latency: (Int, Int) -> Double) -> [Double] {
      (0..<count).flatMap { source in
        (0..<count).compactMap { source == $0 ? nil : latency(source, $0) }
      }.filter(\.isFinite)
    }
    return switch self {
    case .uniform(let latency): [latency]
    case .matrix(let rows): each(rows.count) { rows[$0][$1] }
    case .links(let links): each(links.latency.count) { links.time(from: $0, to: $1) }
    }
  }
}
