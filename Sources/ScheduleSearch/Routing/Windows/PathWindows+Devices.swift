/// What a device's time and memory force on the windows of its tasks.
extension PathWindows {
  /// Narrows the windows of a device's tasks by pairs of them; `false` where two have no order.
  mutating func narrowPairs(on device: Int) -> Bool {
    narrowTime(on: device) { unary, slip in unary.orderPairs(slip: slip) }
  }

  /// Narrows the windows of a device's tasks by sets of them; `false` where a set has no order.
  mutating func narrowSets(on device: Int) -> Bool {
    narrowTime(on: device) { unary, slip in unary.orderSets(slip: slip) }
  }

  /// Narrows the windows of a device's tasks, of which one runs at a time.
  @inline(__always)
  private mutating func narrowTime(on device: Int, by order: (borrowing OneAtATime, Double) -> Bool) -> Bool {
    let places = places(of: device)
    guard places.count > 1 else { return true }
    work += places.count * places.count
    unary.removeAll()
    for place in places {
      let task = Int(tasks[place])
      unary.add(
        earliest: known.earliest[task], latest: known.latest[task], duration: known.durations[task])
    }
    guard order(unary, slip) else { return false }
    for (index, place) in places.enumerated() {
      raise(Int(tasks[place]), to: unary.earliest[index])
      lower(Int(tasks[place]), to: unary.latest[index])
    }
    return true
  }

  /// Narrows windows by what a device's memory holds; `false` where there is no room.
  mutating func narrowMemory(on device: Int) -> Bool {
    guard let capacity = layout.capacities[device] else { return true }
    memory.removeAll()
    for microbatch in 0..<layout.microbatchCount { addStays(of: microbatch, on: device) }
    guard memory.count > 1 else { return true }
    guard memory.narrow(capacity: capacity, slip: slip) else { return false }
    for place in 0..<memory.count {
      let (stay, window) = (memory.stays[place], memory.window(of: place))
      raise(Int(stay.forward), to: window.earliest)
      lower(Int(stay.backward), to: window.latest)
    }
    return true
  }

  /// What a microbatch holds on a device, as far as it is known: where its path is open, that of its first stage.
  private mutating func addStays(of microbatch: Int, on device: Int) {
    let isOpen = known.chosen[microbatch] < 0
    let path = Int(known.left(0, of: microbatch))
    for place in Int(layout.firstStay[path])..<Int(layout.firstStay[path + 1]) {
      let stay = layout.stays[place]
      guard Int(stay.device) == device, !isOpen || stay.forward == 0 else { continue }
      let base = microbatch * layout.tasksPerMicrobatch
      let (forward, backward) = (base + Int(stay.forward), base + Int(stay.backward))
      memory.add(
        HeldTogether.Stay(
          forward: Int32(forward), backward: Int32(backward), earliest: known.earliest[forward],
          latest: known.latest[backward], lastStart: known.latest[forward] - known.durations[forward],
          firstEnd: known.earliest[backward] + known.durations[backward],
          length: isOpen ? leastStay(of: microbatch) : stay.length, amount: stay.amount))
    }
  }

  /// How long a microbatch whose path is open holds its first stage at least.
  private func leastStay(of microbatch: Int) -> Double {
    let last = layout.passCount - 1
    return (0..<known.leftCount(of: microbatch)).reduce(.infinity) {
      let path = known.left($1, of: microbatch)
      return min($0, layout.time(from: 0, to: last, along: path) + layout.pass(last, of: path).duration)
    }
  }
}
