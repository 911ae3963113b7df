import PipelineModel

/// When messages leave, where transfers are serialised: those of one link, or of one uplink, one after the other
/// in the order in which their producers stand in the order.
struct Departures {
  /// What an operation sends.
  private struct Message {
    /// The number of its link or uplink.
    var resource: Int
    var transfer: Double
  }

  /// By position; empty where transfers are not serialised.
  private var messages: [Message?] = []
  /// When each link or uplink is free.
  private var free: [Double] = []

  /// Looks up what every operation sends. O(n).
  init(of schedule: Schedule, devices: [Int32], inputs: [Int32]) {
    guard let serialise = schedule.problem.communication.serialise else { return }
    let times = MessageTimes(of: schedule.problem)
    messages = Array(repeating: nil, count: inputs.count)
    var resources: [[Int32]: Int] = [:]
    for (position, input) in inputs.enumerated() where input >= 0 {
      let (source, target) = (devices[Int(input)], devices[position])
      guard source != target, schedule.orders.operations[position].kind != .backwardWeight else { continue }
      let key = serialise == .link ? [source, target] : [source]
      let resource = resources[key] ?? resources.count
      resources[key] = resource
      let transfer = times.transfer(from: Device.ID(rawValue: source), to: Device.ID(rawValue: target))
      messages[Int(input)] = Message(resource: resource, transfer: transfer)
    }
    free = Array(repeating: 0, count: resources.count)
  }

  /// Empties all links and uplinks, for an iteration of its own.
  mutating func restart() {
    for resource in free.indices { free[resource] = 0 }
  }

  /// When the message of an operation begins to leave, given when the operation ends; its end where it sends
  /// nothing. Operations of a device are asked for along its order. O(1).
  ///
  /// Behind a message of which that is unknown, not a number.
  mutating func departure(of position: Int, endingAt end: Double) -> Double {
    guard !messages.isEmpty, let message = messages[position] else { return end }
    let before = free[message.resource]
    let start = end.isFinite && before.isFinite ? max(end, before) : .nan
    free[message.resource] = start + message.transfer
    return start
  }
}
