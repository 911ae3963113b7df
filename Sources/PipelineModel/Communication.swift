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
    /// The size of every message of which its stage says no other.
    public var bytes: Double
    /// What carries one message at a time; `nil` where messages do not hinder each other.
    public var serialise: Serialisation?

    /// Describes links.
    public init(
      latency: [[Double]], bandwidth: [[Double]], bytes: Double, serialise: Serialisation? = nil
    ) {
      self.latency = latency
      self.bandwidth = bandwidth
      self.bytes = bytes
      self.serialise = serialise
    }

    /// How long a message occupies what carries it; infinite where it never gets through. O(1).
    ///
    /// - Parameter size: of the message; `nil` for that of all.
    func transfer(from source: Int, to destination: Int, carrying size: Double?) -> Double {
      let bytes = size ?? bytes
      return bytes > 0 ? bytes / bandwidth[source][destination] : 0
    }

    /// How long a message takes; infinite where it never arrives. O(1).
    func time(from source: Int, to destination: Int, carrying size: Double?) -> Double {
      latency[source][destination] + transfer(from: source, to: destination, carrying: size)
    }
  }

  /// What carries one message at a time, for `bytes` / bandwidth each.
  ///
  /// Messages that share it leave in the order in which their producers stand in the sender's order.
  public enum Serialisation: String, Hashable, Sendable, CaseIterable {
    /// Each link, from one device to another.
    case link
    /// Each device's uplink, whoever it sends to.
    case uplink
  }

  /// What carries one message at a time; `nil` where messages do not hinder each other.
  public var serialise: Serialisation? {
    if case .links(let links) = self { links.serialise } else { nil }
  }

  /// The same latencies and bandwidths, with messages that do not hinder each other.
  package var unserialised: Communication {
    guard case .links(var links) = self else { return self }
    links.serialise = nil
    return .links(links)
  }

  /// The same with zeros on the diagonals, which are not read: problems that mean the same are equal. O(devices).
  var withoutDiagonals: Communication {
    func clear(_ rows: inout [[Double]]) {
      for device in rows.indices where rows[device][device] != 0 { rows[device][device] = 0 }
    }
    switch self {
    case .uniform: return self
    case .matrix(var rows):
      clear(&rows)
      return .matrix(rows)
    case .links(var links):
      clear(&links.latency)
      clear(&links.bandwidth)
      return .links(links)
    }
  }

  /// How long a message occupies its link or uplink, in the problem's time unit: its time without the latency. 0
  /// where there is no bandwidth. O(1).
  ///
  /// - Parameter size: of the message in bytes; `nil` for that of all.
  public func transfer(
    from source: Device.ID, to destination: Device.ID, carrying size: Double? = nil
  ) -> Double {
    guard case .links(let links) = self, source != destination else { return 0 }
    return links.transfer(from: source.index, to: destination.index, carrying: size)
  }

  /// What a message takes besides its transfer. O(1).
  package func latencyAlone(from source: Device.ID, to destination: Device.ID) -> Double {
    guard case .links(let links) = self, source != destination else {
      return latency(from: source, to: destination)
    }
    return links.latency[source.index][destination.index]
  }

  /// The time from the end of a producer on `source` until its consumer on `destination` may start: infinite
  /// where no message gets through. O(1).
  ///
  /// - Parameter size: of the message in bytes; `nil` for that of all.
  public func latency(
    from source: Device.ID, to destination: Device.ID, carrying size: Double? = nil
  ) -> Double {
    if source == destination { return 0 }
    return switch self {
    case .uniform(let latency): latency
    case .matrix(let rows): rows[source.index][destination.index]
    case .links(let links): links.time(from: source.index, to: destination.index, carrying: size)
    }
  }

  /// The latencies between different devices that a message may take; a uniform one counts once.
  /// O(devices²).
  ///
  /// - Parameter size: of the messages in bytes; `nil` for that of all.
  func finiteLatencies(carrying size: Double? = nil) -> [Double] {
    switch self {
    case .uniform(let latency): [latency]
    case .matrix(let rows): Self.finite(rows.count) { rows[$0][$1] }
    case .links(let links): Self.finite(links.latency.count) { links.time(from: $0, to: $1, carrying: size) }
    }
  }

  /// The times for which messages occupy what carries one at a time; empty where nothing does. O(devices²).
  func finiteTransfers(carrying size: Double? = nil) -> [Double] {
    guard case .links(let links) = self, links.serialise != nil else { return [] }
    return Self.finite(links.latency.count) { links.transfer(from: $0, to: $1, carrying: size) }
  }

  private static func finite(_ count: Int, _ time: (Int, Int) -> Double) -> [Double] {
    (0..<count).flatMap { source in
      (0..<count).compactMap { source == $0 ? nil : time(source, $0) }
    }.filter(\.isFinite)
  }
}
