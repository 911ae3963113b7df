/// Builds orders by playing the pipeline forward in time: whenever a device is idle, a rule chooses its next
/// operation from those that have arrived.
///
/// O(operations log devices) a run; all memory is taken once and used again.
struct GreedyScheduler {
  private let model: SearchModel
  /// The lanes of each device, by depth.
  private let lanesOf: [[Int]]
  private var queues: LaneQueues
  private var events: EventQueue
  private var lanes: [LaneState]
  private var devices: [DeviceState]
  private var admission: RouteAdmission
  /// `nil` where microbatches are whole sequences.
  private var gate: PieceGate?
  private var order: [Int32]
  /// For problems with operations that have several inputs: how many of each are still to arrive, and when the last of
  /// the others has.
  private var missing: [Int32] = []
  private var arrivals: [Double] = []

  /// What a lane has going on.
  private struct LaneState {
    var inFlight = 0
    var cap = Int.max
  }

  /// What a device is doing.
  private struct DeviceState {
    var freeAt = 0.0
    var held = 0.0
    /// The operation before; -1 where there is none.
    var last: Int32 = -1
    /// Whether the last but for `W` was a forward pass: those alternate, whatever fills the time between them.
    var lastWasForward = false
    /// Forwards and backwards left.
    var chainLeft = 0
    var next = 0
  }

  /// Forwards and backwards of each device.
  private let chainCounts: [Int]

  init(_ model: SearchModel) {
    self.model = model
    chainCounts = model.nodes.reduce(into: Array(repeating: 0, count: model.deviceCount)) {
      if $1.role != .weight { $0[Int($1.device)] += 1 }
    }
    lanesOf = (0..<model.deviceCount).map { device in
      model.lanes.indices.filter { model.lanes[$0].device == device }
        .sorted { (model.lanes[$0].depth, $0) < (model.lanes[$1].depth, $1) }
    }
    queues = LaneQueues(model)
    events = EventQueue()
    lanes = []
    devices = []
    admission = RouteAdmission(model)
    gate = PieceGate(model)
    order = Array(repeating: 0, count: model.nodes.count)
  }

  /// The nodes of all orders, device by device; `nil` where the rule leads to a deadlock, or the deadline passes first.
  mutating func run(_ rule: GreedyRule, until deadline: Deadline = .never) -> [Int32]? {
    reset(rule)
    var done = 0
    while let event = events.popFirst() {
      if done & 4095 == 4095, deadline.hasPassed { return nil }
      let device = Int(event.device)
      guard devices[device].freeAt <= event.time,
        let node = choose(device, at: event.time, rule)
      else { continue }
      start(node, on: device, at: event.time, rule)
      done += 1
    }
    return done == model.nodes.count ? order : nil
  }

  private mutating func reset(_ rule: GreedyRule) {
    queues.reset()
    events.reset()
    gate?.reset()
    devices = (0..<model.deviceCount).map { DeviceState(chainLeft: chainCounts[$0], next: model.bounds[$0]) }
    if !model.furtherLinks.isEmpty {
      missing = model.inputCounts
      arrivals = Array(repeating: 0, count: model.nodes.count)
    }
    let unit = model.slowestChain
    lanes = model.lanes.indices.map { lane in
      let extra = rule.moreInFlight.isEmpty ? 0 : Int(rule.moreInFlight[lane])
      guard rule.warmUp.isFinite, unit > 0 else { return LaneState() }
      // A latency may be longer than any number of operations can fill.
      let trip = min(rule.warmUp * model.lanes[lane].roundTrip / unit, Double(model.nodes.count))
      // No piece of a sequence is back before the last one has come.
      return LaneState(cap: max(1, Int((trip - 1e-9).rounded(.up)) + extra) + model.problem.pieces - 1)
    }
    let order = model.entryOrder(longestFirst: rule.longestFirst)
    switch rule.admission {
    case .byDevice: enter(order, at: 0)
    case .byRoute:
      admission.reset(order)
      enter(admission.admit(), at: 0)
    }
    for device in devices.indices { events.push(time: 0, device: device) }
  }

  /// Lets microbatches wait for the device of their first visit.
  private mutating func enter(_ microbatches: some Sequence<Int>, at time: Double) {
    for microbatch in microbatches {
      for visit in Int(model.firstVisit[microbatch])..<Int(model.firstVisit[microbatch + 1]) {
        let node = model.firstNode[visit]
        guard model.nodes[Int(node)].producer < 0 else { continue }
        arrive(node, at: time)
        if time > 0 { events.push(time: time, device: Int(model.nodes[Int(node)].device)) }
      }
    }
  }

  /// Lets an `F` or `B` wait for its device, as soon as it is its piece's turn.
  private mutating func arrive(_ node: Int32, at arrival: Double) {
    guard gate?.admits(node, at: arrival) ?? true else { return }
    queue(node, at: arrival)
  }

  private mutating func queue(_ node: Int32, at arrival: Double) {
    let traits = model.nodes[Int(node)]
    queues.append(node, to: Int(model.laneOfVisit[Int(traits.visit)]), traits.role, at: arrival)
  }

  // MARK: Choice

  private mutating func choose(_ device: Int, at time: Double, _ rule: GreedyRule) -> Int32? {
    var nextArrival = Double.infinity
    let backward = backward(device, at: time, &nextArrival)
    let forwardChoice = forward(device, at: time, rule, &nextArrival)
    var forward = forwardChoice.node
    let weight = rule.weightFill < 0 || forward == nil ? weightLane(device) : nil
    let prefersForward =
      rule.preference == .forward || (rule.preference == .alternate && !devices[device].lastWasForward)
    if let backward, !(prefersForward && forward != nil) {
      if fits(queues.head(backward, .backward), device) { return pop(backward, .backward) }
      return weightLane(device).map { pop($0, .weight) }
    }
    if let weight, rule.weightFill < 0 { return pop(weight, .weight) }
    if let lane = forward, rule.patience > 0, backward == nil {
      let wait = queues.earliest(.backward, lanesOf[device]) - time
      let head = model.nodes[Int(queues.head(lane, .forward))]
      if wait < rule.patience * head.duration { forward = nil }
    }
    if let forward { return pop(forward, .forward) }
    guard let weight = weight ?? weightLane(device) else { return nil }
    if forwardChoice.isShortOfMemory || devices[device].chainLeft == 0 { return pop(weight, .weight) }
    guard rule.weightFill.isFinite else { return nil }
    let duration = model.nodes[Int(queues.head(weight, .weight))].duration
    return nextArrival - time >= rule.weightFill * duration ? pop(weight, .weight) : nil
  }

  /// Whether an operation has room for what it takes.
  private func fits(_ node: Int32, _ device: Int) -> Bool {
    let growth = model.nodes[Int(node)].growth
    return growth == 0 || devices[device].held + growth <= model.capacities[device]
  }

  private mutating func pop(_ lane: Int, _ kind: LaneQueues.Kind) -> Int32 { queues.popFirst(lane, kind) }

  /// The lane of the backward that has arrived and has the longest way to go.
  private func backward(_ device: Int, at time: Double, _ nextArrival: inout Double) -> Int? {
    var best: Int?
    for lane in lanesOf[device] {
      let arrival = queues.arrival(lane, .backward)
      if arrival <= time { best = lane } else { nextArrival = min(nextArrival, arrival) }
    }
    return best
  }

  private func forward(
    _ device: Int, at time: Double, _ rule: GreedyRule, _ nextArrival: inout Double
  ) -> (node: Int?, isShortOfMemory: Bool) {
    var best: Int?
    var earliest = Double.infinity
    var isShort = false
    var reserved = 0.0
    for lane in lanesOf[device].reversed() {
      let arrival = queues.arrival(lane, .forward)
      let growth = model.lanes[lane].growth
      if arrival < .infinity, lanes[lane].inFlight < lanes[lane].cap {
        if rule.admission == .byDevice, devices[device].held + growth + reserved > model.capacities[device] {
          if arrival <= time { isShort = true }
        } else if arrival > time {
          nextArrival = min(nextArrival, arrival)
        } else if best == nil || (!rule.laterStagesFirst && arrival < earliest) {
          best = lane
          earliest = arrival
        }
      }
      let missing = model.problem.pieces - lanes[lane].inFlight
      if missing > 0 { reserved += Double(missing) * growth }
    }
    return (best, isShort)
  }

  /// The lane of the `W` that has waited longest.
  private func weightLane(_ device: Int) -> Int? {
    var best: Int?
    var earliest = Double.infinity
    for lane in lanesOf[device] where queues.arrival(lane, .weight) < earliest {
      best = lane
      earliest = queues.arrival(lane, .weight)
    }
    return best
  }

  // MARK: Progress

  private mutating func start(_ index: Int32, on device: Int, at time: Double, _ rule: GreedyRule) {
    let node = model.nodes[Int(index)]
    let last = devices[device].last
    let gap = last < 0 ? 0 : model.gaps[2 * model.nodes[Int(last)].direction + node.direction]
    let end = max(time, devices[device].freeAt + gap) + node.duration
    order[devices[device].next] = index
    devices[device].next += 1
    devices[device].freeAt = end
    devices[device].held += node.change
    devices[device].last = index
    let lane = Int(model.laneOfVisit[Int(node.visit)])
    let role = node.role
    if role != .weight {
      devices[device].chainLeft -= 1
      devices[device].lastWasForward = role == .forward
      if model.lanes[lane].hasBackward { lanes[lane].inFlight += role == .forward ? 1 : -1 }
    }
    if role == .backward, node.later >= 0 { queues.append(node.later, to: lane, .weight, at: end) }
    if rule.admission == .byRoute, admission.record(index) {
      enter(admission.admit(), at: time)
      for other in devices.indices { events.push(time: end, device: other) }
    }
    if let next = gate?.release(after: index) { queue(next.node, at: next.arrival) }
    if node.consumer >= 0 { supply(node.consumer, at: end + model.nodes[Int(node.consumer)].latency) }
    if node.hasFurtherLinks {
      for link in model.furtherLinks.consumers(of: Int(index)) { supply(link.node, at: end + link.latency) }
    }
    events.push(time: end, device: device)
  }

  /// Lets an operation wait for its device once its last input is known to arrive.
  private mutating func supply(_ index: Int32, at time: Double) {
    var arrival = time
    let node = model.nodes[Int(index)]
    if !missing.isEmpty {
      arrival = max(time, arrivals[Int(index)])
      arrivals[Int(index)] = arrival
      missing[Int(index)] -= 1
      guard missing[Int(index)] == 0 else { return }
    }
    arrive(index, at: arrival)
    events.push(time: arrival, device: Int(node.device))
  }
}

extension SearchModel {
  /// How many inputs each node has.
  fileprivate var inputCounts: [Int32] {
    nodes.indices.map { node in
      nodes[node].producer < 0 ? 0 : Int32(1 + furtherLinks.producers(of: node).count)
    }
  }

  /// The most time that `F` and `B` of one microbatch take on a device, on average over the microbatches.
  fileprivate var slowestChain: Double {
    var chain = [Double](repeating: 0, count: deviceCount)
    for node in nodes where node.role != .weight {
      chain[Int(node.device)] += node.duration
    }
    return (chain.max() ?? 0) / Double(problem.microbatchCount)
  }

  /// The time that all operations of a microbatch take.
  private func work(of microbatch: Int) -> Double {
    let visits = Int(firstVisit[microbatch])..<Int(firstVisit[microbatch + 1])
    return nodes[Int(firstNode[visits.lowerBound])..<Int(firstNode[visits.upperBound])].reduce(0) {
      $0 + $1.duration
    }
  }

  /// The microbatches in the order in which they may enter, the pieces of each sequence side by side.
  fileprivate func entryOrder(longestFirst: Bool?) -> [Int] {
    let pieces = problem.pieces
    let scales = (0..<problem.microbatchCount / pieces).map { sequence in
      (sequence * pieces..<(sequence + 1) * pieces).reduce(0) { $0 + work(of: $1) }
    }
    var order = Array(scales.indices)
    if let longestFirst {
      order.sort { left, right in
        scales[left] == scales[right] ? left < right : (scales[left] > scales[right]) == longestFirst
      }
    }
    return order.flatMap { sequence in (0..<pieces).map { sequence * pieces + $0 } }
  }
}
