import PipelineModel

/// What messages take, read off the numbers of a problem as docs/semantics.md says.
struct MessageTimes {
  private let communication: Communication

  init(of problem: Problem) { communication = problem.communication }

  /// From the end of a producer to the arrival on another device; nothing on the same one. O(1).
  func arrival(from source: Device.ID, to destination: Device.ID) -> Double {
    let (source, destination) = (source.index, destination.index)
    if source == destination { return 0 }
    return switch communication {
    case .uniform(let latency): latency
    case .matrix(let latency): latency[source][destination]
    case .links(let links):
      links.latency[source][destination] + Self.transfer(over: links, from: source, to: destination)
    }
  }

  /// How long a message occupies its link or uplink on the way to another device. O(1).
  func transfer(from source: Device.ID, to destination: Device.ID) -> Double {
    guard case .links(let links) = communication else { return 0 }
    return Self.transfer(over: links, from: source.index, to: destination.index)
  }

  /// Nothing to carry takes no time, also where nothing gets through.
  private static func transfer(
    over links: Communication.Links, from source: Int, to destination: Int
  ) -> Double {
    links.bytes == 0 ? 0 : links.bytes / links.bandwidth[source][destination]
  }
}
