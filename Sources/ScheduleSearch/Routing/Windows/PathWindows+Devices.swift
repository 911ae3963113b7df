/// What a device's time and memory force on the windows of its tasks.
extension PathWindows {
  /// Narrows the windows of a device's tasks, of which one runs at a time; `false` where they have no order.
  mutating func narrowTime(on device: Int, _ unary: inout OneAtATime) -> Bool {
    let tasks = tasksOfDevice[device]
    guard tasks.count > 1 else { return true }
    unary.removeAll()
    for task in tasks {
      let task = Int(task)
      unary.add(earliest: earliest[task], latest: latest[task], duration: durations[task])
    }
    guard unary.narrow(slip: slip) else { return false }
    for (place, task) in tasks.enumerated() {
      raise(Int(task), to: unary.earliest[place])
      lower(Int(task), to: unary.latest[place])
    }
    return true
  }

  /// Narrows windows by what a device's memory holds; `false` where there is no room.
  mutating func narrowMemory(on device: Int, _ memory: inout HeldTogether) -> Bool {
    guard let capacity = layout.capacities[device] else { return true }
    memory.removeAll()
    var tasks: [(forward: Int, backward: Int)] = []
    for microbatch in chosen.indices {
      let base = microbatch * layout.tasksPerMicrobatch
      let isOpen = chosen[microbatch] < 0
      let path = layout.path(isOpen ? left[microbatch][0] : chosen[microbatch], of: microbatch)
      for stay in path.stays
      where path.passes[stay.forward].device == device && (!isOpen || stay.forward == 0) {
        let (forward, backward) = (base + stay.forward, base + stay.backward)
        let length =
          isOpen
          ? left[microbatch].reduce(.infinity) { min($0, layout.path($1, of: microbatch).length(of: stay)) }
          : path.length(of: stay)
        memory.add(
          HeldTogether.Stay(
            earliest: earliest[forward], latest: latest[backward],
            lastStart: latest[forward] - durations[forward],
            firstEnd: earliest[backward] + durations[backward], length: length, amount: stay.amount))
        tasks.append((forward, backward))
      }
    }
    guard tasks.count > 1 else { return true }
    guard memory.narrow(capacity: capacity, slip: slip) else { return false }
    for (place, task) in tasks.enumerated() {
      let window = memory.window(of: place)
      raise(task.forward, to: window.earliest)
      lower(task.backward, to: window.latest)
    }
    return true
  }
}
