extension Relaxation {
  /// Heads from the start of all devices at 0 or, given a device, from the start of that device's first
  /// operation alone; then minus infinity stands where nothing is known.
  ///
  /// One pass in microbatch order. When an operation's turn comes, all prefixes made of earlier operations are
  /// timed, and starting after one of those is never later than starting after a larger prefix: leaving out
  /// whole later microbatches takes neither time nor memory. O(edges), less in a steady state (`skip`).
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  func heads(
    from source: Int? = nil
  ) throws(OutOfTime) -> TimeBounds<Prefixes.Times> {
    var heads = TimeBounds(operationCount: table.count, nodes: nodeTimes)
    let work = predecessorWork(.heads)
    for (device, own) in prefixes.enumerated() {
      own?.begin(heads.nodes[device], at: source == nil || source == device ? 0 : -.infinity)
    }
    var place = 0
    while place < table.count {
      if place.isMultiple(of: Prefixes.operationsBetweenChecks) { try deadline.check() }
      let operation = Int(table.order[place])
      let device = Int(table.device[operation])
      var earliest = source == nil || source == device ? 0 : -Double.infinity
      let facts = table.facts[operation]
      let producer = Int(table.producer[operation])
      if producer >= 0 {
        earliest = max(
          earliest, heads.operations[producer] + table.duration[producer] + table.latency[operation])
      }
      if facts.contains(.hasFurtherProducers) {
        for arc in table.further.producers(of: operation) {
          let producer = Int(arc.operation)
          earliest = max(earliest, heads.operations[producer] + table.duration[producer] + arc.latency)
        }
      }
      let previous = Int(table.previous[operation])
      if previous >= 0 {
        earliest = max(earliest, heads.operations[previous] + table.duration[previous])
      }
      if let work { earliest = work.time(of: place, atLeast: earliest, for: table.duration[operation]) }
      if let own = prefixes[device] {
        let local = operation - table.bounds[device]
        if facts.contains(.isHeadOfWay) {
          earliest = max(earliest, own.earliestStart(of: local, after: heads.nodes[device]))
        }
        if facts.contains(.gate) { heads.gates[operation] = earliest }
        own.timeForward(
          to: local, gates: heads.gates(from: table.bounds[device]),
          durations: table.durations(of: device), in: heads.nodes[device])
      }
      heads.operations[operation] = earliest
      place += 1
      if let length = table.microbatchLength, place.isMultiple(of: length) {
        let passed = skip(after: place / length - 1, .heads, in: heads, work)
        heads.passedOver += passed
        place += passed * length
      }
    }
    return heads
  }

  /// Tails to the end of all devices or, given a device, to the end of that device alone: the mirror image of
  /// `heads`. O(edges).
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  func tails(
    to sink: Int? = nil
  ) throws(OutOfTime) -> TimeBounds<Prefixes.Times> {
    var tails = TimeBounds(operationCount: table.count, nodes: nodeTimes)
    let work = predecessorWork(.tails)
    for (device, own) in prefixes.enumerated() {
      guard let own else { continue }
      let rest = table.end.rest(after: device, to: sink)
      for operation in table.range(of: device) where !table.facts[operation].contains(.gate) {
        tails.gates[operation] = rest - table.gap[operation]
      }
      own.begin(
        tails.nodes[device], withRest: table.leastRest(after: device, to: sink),
        gates: tails.gates(from: table.bounds[device]), durations: table.durations(of: device))
    }
    var place = table.count - 1
    while place >= 0 {
      if place.isMultiple(of: Prefixes.operationsBetweenChecks) { try deadline.check() }
      let operation = Int(table.order[place])
      let device = Int(table.device[operation])
      let facts = table.facts[operation]
      var least = table.end.rest(after: device, to: sink) - table.gap[operation]
      func follow(_ other: Int, after latency: Double) {
        least = max(least, tails.operations[other] + table.duration[other] + latency)
      }
      let consumer = Int(table.consumer[operation])
      if consumer >= 0 { follow(consumer, after: table.latency[consumer]) }
      if facts.contains(.hasFurtherConsumers) {
        for arc in table.further.consumers(of: operation) { follow(Int(arc.operation), after: arc.latency) }
      }
      let next = Int(table.next[operation])
      if next >= 0 { follow(next, after: 0) }
      if facts.contains(.hasWeight) { follow(Int(table.order[place + 1]), after: 0) }
      if let work { least = work.time(of: place, atLeast: least, for: table.duration[operation]) }
      if let own = prefixes[device] {
        let local = operation - table.bounds[device]
        if facts.contains(.isTailOfWay) {
          least = max(least, own.leastRest(after: local, before: tails.nodes[device]))
        }
        if facts.contains(.gate) { tails.gates[operation] = least }
        own.timeBackward(
          from: local, gates: tails.gates(from: table.bounds[device]),
          durations: table.durations(of: device), in: tails.nodes[device])
      }
      tails.operations[operation] = least
      if let length = table.microbatchLength, place.isMultiple(of: length) {
        let passed = skip(after: place / length, .tails, in: tails, work)
        tails.passedOver += passed
        place -= passed * length
      }
      place -= 1
    }
    return tails
  }

  /// What a sweep knows of devices without prefixes.
  private func predecessorWork(_ sweep: Sweep) -> PredecessorWork? {
    PredecessorWork(table, sweep) { prefixes[$0] != nil }
  }
}
