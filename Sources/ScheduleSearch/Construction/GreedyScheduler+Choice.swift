/// What an idle device does next.
extension GreedyScheduler {
  /// The operation that an idle device starts; `nil` where it waits, until the next one arrives.
  @inline(__always)
  func choose(_ device: Int, at time: Double, _ isByRoute: Bool) -> Int32? {
    let state = devices[device]
    let choice = state.choice
    let backward = backward(state, at: time)
    let forward = forward(state, at: time, isByRoute)
    var forwardLane = forward.lane
    let prefersForward =
      choice.preference == .forward || (choice.preference == .alternate && !state.lastWasForward)
    if backward.lane >= 0, !(prefersForward && forwardLane >= 0) {
      let head = queues.head(backward.lane, .backward)
      if hasRecompute, let recompute = missingRecompute(of: head) {
        if fits(recompute, state) { return recompute }
      } else if fits(head, state) {
        return queues.popFirst(backward.lane, .backward)
      }
      return weight(state) ?? sleep(device, until: min(backward.next, forward.next))
    }
    if state.backlog >= choice.backlog, let weight = weight(state) { return weight }
    if forwardLane >= 0, choice.patience > 0, backward.lane < 0 {
      let duration = nodes[Int(queues.head(forwardLane, .forward))].duration
      if backward.next - time < choice.patience * duration { forwardLane = -1 }
    }
    if forwardLane >= 0 { return queues.popFirst(forwardLane, .forward) }
    let next = min(backward.next, forward.next)
    if hasRecompute, let early = earlyRecompute(state, at: time, until: next) { return early }
    guard state.backlog > 0 else { return sleep(device, until: next) }
    if forward.isShortOfMemory || state.chainLeft == 0 { return weight(state) }
    let known = min(backward.next, forward.nextThatFits)
    guard choice.weightFill.isFinite else { return sleep(device, until: next) }
    let lane = weightLane(state)
    let duration = nodes[Int(queues.head(lane, .weight))].duration
    guard known - time >= choice.weightFill * duration else { return sleep(device, until: next) }
    return queues.popFirst(lane, .weight)
  }

  @inline(__always)
  private func sleep(_ device: Int, until time: Double) -> Int32? {
    wakes.set(device, to: time)
    return nil
  }

  /// Whether an operation has room for what it takes.
  @inline(__always)
  private func fits(_ node: Int32, _ state: DeviceState) -> Bool {
    let growth = nodes[Int(node)].growth
    return growth == 0 || state.held + growth <= state.capacity
  }

  /// The `R` that a backward pass still needs.
  @inline(never)
  private func missingRecompute(of backward: Int32) -> Int32? {
    let earlier = nodes[Int(backward)].earlier
    return nodes[Int(earlier)].role == .recompute && !recomputed[Int(backward)] ? earlier : nil
  }

  /// The `R` that a device runs while it waits: of the backward pass that is to come first, where it has room and fits
  /// well before what is known to arrive.
  @inline(never)
  private func earlyRecompute(_ state: DeviceState, at time: Double, until next: Double) -> Int32? {
    for place in state.lanes.reversed() {
      let lane = Int(laneList[place])
      guard lanes[lane].recomputed < state.choice.recomputesAhead else { continue }
      while queues.arrival(lane, .recompute) <= time {
        let recompute = queues.head(lane, .recompute)
        guard recomputed[Int(nodes[Int(recompute)].later)] else { break }
        _ = queues.popFirst(lane, .recompute)
      }
      guard queues.arrival(lane, .recompute) <= time else { continue }
      let recompute = queues.head(lane, .recompute)
      let node = nodes[Int(recompute)]
      // On a device of several stages, what is ahead must not keep the others from running.
      let reserve = state.lanes.count > 1 ? largestGrowth(of: state) : 0
      guard state.held + node.growth + reserve <= state.capacity,
        next - time >= Double(state.choice.recomputeFill) * node.duration
      else { continue }
      return queues.popFirst(lane, .recompute)
    }
    return nil
  }

  private func largestGrowth(of state: DeviceState) -> Double {
    state.lanes.reduce(0) { max($0, lanes[Int(laneList[$1])].growth) }
  }

  /// The lane of the backward that goes first of those that have arrived, or -1, and when the next one arrives.
  @inline(__always)
  private func backward(_ state: DeviceState, at time: Double) -> (lane: Int, next: Double) {
    var (best, earliest, next) = (-1, Double.infinity, Double.infinity)
    for place in state.lanes {
      let lane = Int(laneList[place])
      let arrival = queues.arrival(lane, .backward)
      if arrival > time {
        next = min(next, arrival)
      } else {
        let isFirst =
          switch state.choice.backwards {
          case .latest: true
          case .earliest: best < 0
          case .firstArrival: arrival < earliest
          }
        if isFirst { (best, earliest) = (lane, arrival) }
      }
    }
    return (best, next)
  }

  /// The lane of the forward that goes first of those that have arrived and fit, or -1; when the next one arrives, and
  /// the next one that has room; and whether one waits for memory.
  @inline(__always)
  private func forward(
    _ state: DeviceState, at time: Double, _ isByRoute: Bool
  ) -> (lane: Int, next: Double, nextThatFits: Double, isShortOfMemory: Bool) {
    var (best, earliest, isShort) = (-1, Double.infinity, false)
    var (next, nextThatFits) = (Double.infinity, Double.infinity)
    var reserved = 0.0
    for place in state.lanes.reversed() {
      let lane = Int(laneList[place])
      let arrival = queues.arrival(lane, .forward)
      let known = lanes[lane]
      if arrival < .infinity, known.inFlight < known.cap {
        let growth =
          hasOwnNeeds ? needs[Int(nodes[Int(queues.head(lane, .forward))].visit)] : known.growth
        let fits = isByRoute || state.held + growth + reserved <= state.capacity
        if arrival > time {
          next = min(next, arrival)
          if fits { nextThatFits = min(nextThatFits, arrival) }
        } else if !fits {
          isShort = true
        } else {
          let isFirst =
            switch state.choice.forwards {
            case .latest: best < 0
            case .earliest: true
            case .firstArrival: arrival < earliest
            }
          if isFirst { (best, earliest) = (lane, arrival) }
        }
      }
      let missing = pieces - Int(known.inFlight)
      if missing > 0 { reserved += Double(missing) * known.growth }
    }
    return (best, next, nextThatFits, isShort)
  }

  /// The lane of the `W` that has waited longest, where one waits.
  @inline(__always)
  private func weightLane(_ state: DeviceState) -> Int {
    var (best, earliest) = (-1, Double.infinity)
    for place in state.lanes {
      let lane = Int(laneList[place])
      let arrival = queues.arrival(lane, .weight)
      if arrival < earliest { (best, earliest) = (lane, arrival) }
    }
    return best
  }

  @inline(__always)
  private func weight(_ state: DeviceState) -> Int32? {
    state.backlog > 0 ? queues.popFirst(weightLane(state), .weight) : nil
  }
}
