extension StreamLowering {
  /// Messages of passes of one stage for those of another one that occupy an uplink alike.
  private struct Message: Hashable {
    var kind: Operation.Kind
    var sender: Stage.ID
    var receiver: Stage.ID
    var time: Double

    /// What they are ordered by, so that the order of routes, which files may change, says nothing.
    var key: (Int, Int, Int, Double) { (sender.index, receiver.index, kind == .forward ? 0 : 1, time) }
  }

  /// Adds a stage for every message of a pass that occupies the uplink of its device: the message leaves when the pass has
  /// ended, and what needs it waits for its end and the latency of the link.
  ///
  /// - Complexity: O(visits and links of the distinct routes).
  mutating func addMessages() {
    guard let stream = written.messageStream else { return }
    // Files know no routes that no microbatch takes.
    let taken = Set(plain.routeIndexes.map(Int.init))
    let routes = plain.routes.indices.map {
      taken.contains($0) ? messages(along: plain.routes[$0].visits) : []
    }
    var stages: [Message: Stage.ID] = [:]
    for message in Set(routes.joined().map(\.message)).sorted(by: { $0.key < $1.key }) {
      stages[message] = addStage(of: message)
    }
    messages = routes.map { sent in
      sent.compactMap { message, sender in
        stages[message].map { Route.Visit(stage: $0, device: device(sender, stream)) }
      }
    }
    for visit in messages.joined() { host(visit.stage, on: visit.device) }
  }

  /// The messages of a microbatch on a route that take time, each with the device that sends it.
  private func messages(along visits: [Route.Visit]) -> [(message: Message, sender: Device.ID)] {
    let links = RouteLinks(of: visits, stages: plain.stages)
    var sent: [(message: Message, sender: Device.ID)] = []
    func send(_ kind: Operation.Kind, from source: Int, to target: Int) {
      let (sender, receiver) = (visits[source], visits[target])
      let time = plain.transfer(along: visits, from: source, to: target)
      guard sender.device != receiver.device, time > 0 else { return }
      sent.append(
        (Message(kind: kind, sender: sender.stage, receiver: receiver.stage, time: time), sender.device))
    }
    func hasBackward(_ visit: Int) -> Bool { plain.stages[visits[visit].stage.index].hasBackward }
    for source in visits.indices {
      for target in links.outputs[source] {
        send(.forward, from: source, to: target)
        if hasBackward(source), hasBackward(target) { send(.backwardInput, from: target, to: source) }
      }
    }
    return sent
  }

  private mutating func addStage(of message: Message) -> Stage.ID {
    let (kind, sender, receiver) = (message.kind, message.sender, message.receiver)
    let producer = endStage(of: kind, sender.index, isNeed: true)
    let consumer = endStage(of: kind, receiver.index, isNeed: false)
    let isOutput = kind == .forward
    let stage = add(
      Stage(
        forward: message.time, backward: .none, activationForB: 0, activationForW: 0,
        inputs: isOutput ? [producer.stage] : []),
      on: [], StreamLayout.Part(forward: .message(of: kind, from: sender, to: receiver)), factors: .none)
    let own = Precedence.End(.forward, stage: stage)
    if !isOutput { within(Precedence.End(producer.kind, stage: producer.stage), own) }
    within(own, Precedence.End(consumer.kind, stage: consumer.stage))
    return stage
  }
}
