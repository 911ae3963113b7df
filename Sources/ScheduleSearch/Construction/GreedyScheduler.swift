import OperationGraph

/// Builds orders by playing the pipeline forward in time: whenever a device is idle, its parameters choose its next
/// operation from those that have arrived.
///
/// O(operations log devices) a run, some tens of nanoseconds an operation; all memory is taken once and used again.
final class GreedyScheduler {
  let model: SearchModel
  let nodes: KernelMemory<SearchModel.Node>
  /// The least time from the end of each node to the end of all, whatever the orders.
  private let tails: KernelMemory<Double>
  private let laneOfVisit: KernelMemory<Int32>
  private let gaps: KernelMemory<Double>
  /// The lanes of each device, by depth, device by device.
  let laneList: KernelMemory<Int32>
  let lanes: KernelMemory<LaneState>
  let devices: KernelMemory<DeviceState>
  let queues: LaneQueues
  let wakes: WakeTimes
  private let entry: EntryList
  /// For problems with operations that have several inputs: how many of each are still to arrive, and when the last of
  /// the others has.
  private let missing: KernelMemory<Int32>
  private let arrivals: KernelMemory<Double>
  /// For problems with `R`: whether that of each backward pass has run, and what each visit takes until it is back.
  let recomputed: KernelMemory<Bool>
  let needs: KernelMemory<Double>
  let hasRecompute: Bool
  /// Whether the visits of a lane differ in what they take.
  let hasOwnNeeds: Bool
  private var admission: RouteAdmission
  /// `nil` where microbatches are whole sequences.
  private var gate: PieceGate?
  let pieces: Int

  /// The nodes of all orders, device by device, once a run has come to its end.
  let order: KernelMemory<Int32>
  /// The nodes in the order in which they started.
  let started: KernelMemory<Int32>

  init(_ model: SearchModel) {
    self.model = model
    nodes = KernelMemory(copying: model.nodes)
    tails = KernelMemory(copying: model.leastTails)
    laneOfVisit = KernelMemory(copying: model.laneOfVisit)
    gaps = KernelMemory(copying: model.gaps)
    let states = model.idleDevices
    devices = KernelMemory(copying: states.devices)
    laneList = KernelMemory(copying: states.lanes)
    lanes = KernelMemory(
      copying: model.lanes.map {
        LaneState(growth: $0.growth, hasBackward: $0.hasBackward, visitCount: Int32($0.visitCount))
      })
    queues = LaneQueues(model)
    wakes = WakeTimes(deviceCount: model.deviceCount)
    entry = EntryList(model)
    let inputs = model.hasJoins ? model.nodes.count : 0
    missing = KernelMemory(repeating: 0, count: inputs)
    arrivals = KernelMemory(repeating: 0, count: inputs)
    hasRecompute = model.hasRecompute
    recomputed = KernelMemory(repeating: false, count: hasRecompute ? model.nodes.count : 0)
    hasOwnNeeds = !model.problem.modes.isPerStage
    needs = KernelMemory(copying: hasOwnNeeds ? model.needs : [])
    admission = RouteAdmission(model)
    gate = PieceGate(model)
    pieces = model.problem.pieces
    order = KernelMemory(repeating: 0, count: model.nodes.count)
    started = KernelMemory(repeating: 0, count: model.nodes.count)
  }

  deinit {
    nodes.deallocate()
    tails.deallocate()
    laneOfVisit.deallocate()
    gaps.deallocate()
    devices.deallocate()
    laneList.deallocate()
    lanes.deallocate()
    missing.deallocate()
    arrivals.deallocate()
    recomputed.deallocate()
    needs.deallocate()
    order.deallocate()
    started.deallocate()
  }

  /// The nodes of all orders, device by device; `nil` where the rule leads to a deadlock, or the deadline passes first.
  func run(_ rule: GreedyRule, until deadline: Deadline = .never) -> [Int32]? {
    run(GreedyParameters(rule, for: model), until: deadline) ? Array(order) : nil
  }

  /// Plays a pipeline; tells whether it comes to its end.
  ///
  /// - Parameters:
  ///   - threshold: broken off as soon as a device must end later, in grid steps.
  ///   - countsFromOwnStart: whether a device's end counts from its own first start.
  func run(
    _ parameters: GreedyParameters, within threshold: Double = .infinity, countsFromOwnStart: Bool = false,
    until deadline: Deadline = .never
  ) -> Bool {
    reset(parameters)
    let isByRoute = parameters.admission == .byRoute
    var done = 0
    while true {
      let (device, time) = wakes.first
      guard time < .infinity else { break }
      guard let node = choose(device, at: time, isByRoute) else { continue }
      if countsFromOwnStart, devices[device].last < 0 { devices[device].begin = time }
      let end = start(node, on: device, at: time, isByRoute)
      let state = devices[device]
      let least = max(state.workLeft + state.optimizerStep, countsFromOwnStart ? 0 : tails[Int(node)])
      if end + least - state.begin > threshold { return false }
      started[done] = node
      done += 1
      if done & 4095 == 0, deadline.hasPassed { return false }
    }
    return done == nodes.count
  }

  private func reset(_ parameters: GreedyParameters) {
    queues.reset()
    wakes.reset()
    gate?.reset()
    if !missing.isEmpty { entry.countInputs(of: nodes, into: missing, arrivals) }
    recomputed.update(repeating: false)
    for lane in lanes.indices {
      lanes[lane].inFlight = 0
      lanes[lane].recomputed = 0
      lanes[lane].left = lanes[lane].visitCount
      lanes[lane].cap = parameters.caps[lane]
    }
    for device in devices.indices {
      var state = devices[device]
      state.choice = parameters.devices[device]
      (state.freeAt, state.held, state.begin) = (0, 0, 0)
      state.workLeft = state.work
      (state.last, state.backlog) = (-1, 0)
      state.next = state.orderStart
      state.chainLeft = state.chainCount
      state.lastWasForward = false
      devices[device] = state
    }
    switch parameters.admission {
    case .byDevice:
      for (turn, microbatch) in parameters.entries.enumerated() {
        enter(microbatch, at: parameters.entryTimes.isEmpty ? 0 : parameters.entryTimes[turn])
      }
    case .byRoute:
      admission.reset(parameters.entries.map(Int.init))
      for microbatch in admission.admit() { enter(Int32(microbatch), at: 0) }
    }
  }

  /// Lets a microbatch wait for the device of its first visit.
  private func enter(_ microbatch: Int32, at time: Double) {
    for node in entry.nodes(of: microbatch) { arrive(node, at: time) }
  }

  /// Lets an `F` or `B` wait for its device, as soon as it is its piece's turn.
  private func arrive(_ node: Int32, at arrival: Double) {
    if gate != nil, !(gate?.admits(node, at: arrival) ?? true) { return }
    queue(node, at: arrival)
  }

  @inline(__always)
  private func queue(_ node: Int32, at arrival: Double) {
    let traits = nodes[Int(node)]
    queues.append(node, to: Int(laneOfVisit[Int(traits.visit)]), traits.role, at: arrival)
    let device = Int(traits.device)
    // Only those that wait for more than their own `B` come this way.
    if traits.role == .weight { devices[device].backlog += 1 }
    wakes.wake(device, at: max(arrival, devices[device].freeAt))
  }
}

// MARK: Progress

extension GreedyScheduler {
  /// Runs an operation and lets those wait for their devices that its end lets arrive; returns its end.
  @inline(__always)
  private func start(_ index: Int32, on device: Int, at time: Double, _ isByRoute: Bool) -> Double {
    let node = nodes[Int(index)]
    var state = devices[device]
    let gap = state.last < 0 ? 0 : gaps[2 * nodes[Int(state.last)].direction + node.direction]
    let end = max(time, state.freeAt + gap) + node.duration
    let lane = Int(laneOfVisit[Int(node.visit)])
    let role = node.role
    order[Int(state.next)] = index
    state.next += 1
    state.freeAt = end
    state.held += node.change
    state.workLeft -= node.duration
    state.last = index
    if role == .weight {
      state.backlog -= 1
    } else if role == .recompute {
      recomputed[Int(node.later)] = true
      lanes[lane].recomputed += 1
    } else {
      state.chainLeft -= 1
      state.lastWasForward = role == .forward
      if lanes[lane].hasBackward {
        lanes[lane].inFlight = lanes[lane].inFlight + (role == .forward ? 1 : -1)
      } else {
        lanes[lane].left -= 1
        // Nothing is to come that would need room.
        if lanes[lane].left == 0 { lanes[lane].inFlight = Int32(pieces) }
      }
    }
    var awaited: Int32 = -1
    if role == .backward, node.later >= 0 {
      if nodes[Int(node.later)].producer < 0 {
        queues.append(node.later, to: lane, .weight, at: end)
        state.backlog += 1
      } else {
        awaited = node.later
      }
    }
    if hasRecompute { noteRecompute(node, role, on: lane, at: end) }
    devices[device] = state
    wakes.set(device, to: end)
    if awaited >= 0 { supply(awaited, at: end) }
    if isByRoute { admit(after: index, at: time, end: end) }
    if gate != nil, let next = gate?.release(after: index) { queue(next.node, at: next.arrival) }
    if node.consumer >= 0 { supply(node.consumer, at: end + nodes[Int(node.consumer)].latency) }
    if node.hasFurtherLinks {
      for link in model.furtherLinks.consumers(of: Int(index)) { supply(link.node, at: end + link.latency) }
    }
    return end
  }

  /// Lets the `R` of an `F` that runs wait for its turn, and forgets that of a backward pass.
  @inline(never)
  private func noteRecompute(
    _ node: SearchModel.Node, _ role: LaneQueues.Kind, on lane: Int, at end: Double
  ) {
    if role == .forward, node.later >= 0, nodes[Int(node.later)].role == .recompute {
      queues.append(node.later, to: lane, .recompute, at: end)
    } else if role == .backward, nodes[Int(node.earlier)].role == .recompute {
      lanes[lane].recomputed -= 1
    }
  }

  @inline(never)
  private func admit(after node: Int32, at time: Double, end: Double) {
    guard admission.record(node) else { return }
    for microbatch in admission.admit() { enter(Int32(microbatch), at: time) }
    for device in devices.indices { wakes.wake(device, at: max(end, devices[device].freeAt)) }
  }

  /// Lets an operation wait for its device once its last input is known to arrive.
  @inline(__always)
  private func supply(_ index: Int32, at time: Double) {
    var arrival = time
    if !missing.isEmpty {
      arrival = max(time, arrivals[Int(index)])
      arrivals[Int(index)] = arrival
      missing[Int(index)] = missing[Int(index)] - 1
      guard missing[Int(index)] == 0 else { return }
    }
    arrive(index, at: arrival)
  }
}
