/// What messages take between the stages of a problem: told here for all that ask.
extension Problem {
  /// From the end of a pass on one device until what it sends is on another one: the output of a stage or, where the
  /// passes run backwards, the gradient of that output. Infinite where nothing gets through. O(1).
  public func latency(ofOutputOf stage: Stage.ID, from source: Device.ID, to target: Device.ID) -> Double {
    communication.latency(from: source, to: target, carrying: stages[stage.index].messageBytes)
  }

  /// How long such a message occupies its link or uplink, in the problem's time unit. O(1).
  public func transfer(ofOutputOf stage: Stage.ID, from source: Device.ID, to target: Device.ID) -> Double {
    communication.transfer(from: source, to: target, carrying: stages[stage.index].messageBytes)
  }

  /// From the end of a pass on a visit of a route until what it sends is at another: an output, or the gradient of one
  /// where that visit comes before. O(1).
  package func latency(along visits: [Route.Visit], from source: Int, to target: Int) -> Double {
    latency(
      ofOutputOf: visits[min(source, target)].stage, from: visits[source].device, to: visits[target].device)
  }

  /// How long such a message occupies its link or uplink, in the problem's time unit. O(1).
  package func transfer(along visits: [Route.Visit], from source: Int, to target: Int) -> Double {
    transfer(
      ofOutputOf: visits[min(source, target)].stage, from: visits[source].device, to: visits[target].device)
  }

  /// The latencies between different devices that a message may take. O(sizes x devices²).
  package var finiteLatencies: [Double] { messageSizes.flatMap(communication.finiteLatencies) }

  /// The times for which messages occupy what carries one at a time. O(sizes x devices²).
  package var finiteTransfers: [Double] { messageSizes.flatMap(communication.finiteTransfers) }

  /// How many bytes a message carries that has the output of a stage, or its gradient; 0 where links have no bandwidth.
  /// O(1).
  public func bytes(ofOutputOf stage: Stage.ID) -> Double {
    guard case .links(let links) = communication else { return 0 }
    return stages[stage.index].messageBytes ?? links.bytes
  }

  /// The sizes of messages; `nil` for that of all whose stage says no other, which comes first.
  private var messageSizes: [Double?] {
    guard case .links = communication else { return [nil] }
    return [nil] + Set(stages.compactMap(\.messageBytes)).sorted()
  }
}
