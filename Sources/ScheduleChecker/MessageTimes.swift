import PipelineModel

/// What messages take, read off the numbers of a problem as docs/semantics.md says.
struct MessageTimes {
  private let communication: Communication
  /// By stage the size of its messages, where they have one of their own.
  private let sizes: [Double?]

  init(of problem: Problem) {
    communication = problem.communication
    sizes = problem.stages.map(\.messageBytes)
  }

  /// The stage whose output a message carries, or the gradient of whose output.
  static func stage(from producer: Operation, to consumer: Operation) -> Stage.ID {
    consumer.kind == .forward ? producer.stage : consumer.stage
  }

  /// From the end of a producer to the arrival on another device; nothing on the same one. O(1).
  ///
  /// - Parameter stage: whose messages they are; `nil` for none of a size of its own.
  func arrival(of stage: Stage.ID? = nil, from source: Device.ID, to destination: Device.ID) -> Double {
    source == destination
      ? 0 : latency(from: source, to: destination) + transfer(of: stage, from: source, to: destination)
  }

  /// The same for a message whose transfer has ended. O(1).
  func latency(from source: Device.ID, to destination: Device.ID) -> Double {
    let (source, destination) = (source.index, destination.index)
    if source == destination { return 0 }
    return switch communication {
    case .uniform(let latency): latency
    case .matrix(let latency): latency[source][destination]
    case .links(let links): links.latency[source][destination]
    }
  }

  /// How long a message occupies its link or uplink on the way to another device. O(1).
  func transfer(of stage: Stage.ID? = nil, from source: Device.ID, to destination: Device.ID) -> Double {
    guard case .links(let links) = communication else { return 0 }
    return transfer(over: links, of: stage, from: source.index, to: destination.index)
  }

  /// Nothing to carry takes no time, also where nothing gets through.
  private func transfer(
    over links: Communication.Links, of stage: Stage.ID?, from source: Int, to destination: Int
  ) -> Double {
    let bytes = stage.flatMap { sizes[$0.index] } ?? links.bytes
    return bytes == 0 ? 0 : bytes / links.bandwidth[source][destination]
  }
}
