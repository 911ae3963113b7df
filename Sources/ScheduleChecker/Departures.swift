import PipelineModel

/// When messages leave, where transfers are serialised: those of one link, or of one uplink, one after the
/// other in the order in which their producers stand in the order; of one producer in that of the visits they
/// go to.
struct Departures {
  /// What an operation sends to one other.
  private struct Message {
    /// Where it stands among the inputs of all operations.
    var input: Int32
    /// The number of its link or uplink.
    var resource: Int32
    var transfer: Double
  }

  private var messages: [Message] = []
  /// The messages of each operation, as places in `messages`; none where transfers are not serialised.
  private var sent: FlatLists?
  /// When each link or uplink is free.
  private var free: [Double] = []
  /// When the message of each input begins to leave; not a number where that is unknown, `nil` for what does
  /// not wait.
  private var begins: [Double?] = []

  /// Looks up what every operation sends. O(operations and inputs).
  init(
    of schedule: Schedule, devices: [Int32], producers: FlatLists, coverage: Coverage,
    visits table: VisitNumbers
  ) {
    guard let serialise = schedule.problem.communication.serialise else { return }
    let times = MessageTimes(of: schedule.problem)
    let operations = schedule.orders.operations
    var resources: [[Int32]: Int32] = [:]
    var senders: [Int] = []
    var sizes = [Int](repeating: 0, count: devices.count)
    // Along every route, so that the messages of each producer come in the order of the visits they go to.
    for visit in 0..<table.count {
      for part in [Coverage.Part.forward, .backwardInput] {
        let position = Int(coverage.doer(of: part, visit: visit))
        guard position >= 0 else { continue }
        for input in producers.range(of: position) {
          let producer = Int(producers[value: input])
          guard producer >= 0, coverage.visits[producer] != Int32(visit),
            devices[producer] != devices[position]
          else { continue }
          let (source, target) = (devices[producer], devices[position])
          let key = serialise == .link ? [source, target] : [source]
          let resource = resources[key] ?? Int32(resources.count)
          resources[key] = resource
          let transfer = times.transfer(
            of: MessageTimes.stage(from: operations[producer], to: operations[position]),
            from: Device.ID(rawValue: source), to: Device.ID(rawValue: target))
          messages.append(Message(input: Int32(input), resource: resource, transfer: transfer))
          senders.append(producer)
          sizes[producer] += 1
        }
      }
    }
    var sent = FlatLists(sizes: sizes)
    var next = sizes.indices.map { sent.range(of: $0).lowerBound }
    for (message, sender) in senders.enumerated() {
      sent[value: next[sender]] = Int32(message)
      next[sender] += 1
    }
    self.sent = sent
    free = Array(repeating: 0, count: resources.count)
    begins = Array(repeating: nil, count: producers.valueCount)
  }

  /// Empties all links and uplinks, for an iteration of its own.
  mutating func restart() {
    for resource in free.indices { free[resource] = 0 }
  }

  /// Sends what an operation sends, given when it ends. Operations of a device are asked for along its order.
  /// O(messages).
  ///
  /// A message behind one of which it is unknown when it leaves leaves nobody knows when.
  mutating func send(from position: Int, endingAt end: Double) {
    guard let sent else { return }
    for message in sent[position] {
      let message = messages[Int(message)]
      let before = free[Int(message.resource)]
      let start = end.isFinite && before.isFinite ? max(end, before) : .nan
      free[Int(message.resource)] = start + message.transfer
      begins[Int(message.input)] = start
    }
  }

  /// When an input begins to leave, given when its producer ended and has sent it. O(1).
  func departure(of input: Int, endingAt end: Double) -> Double {
    begins.isEmpty ? end : begins[input] ?? end
  }
}
