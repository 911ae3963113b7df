import PipelineModel

/// Compares recorded times with what the orders and the recorded times before them ask for.
struct TimeRules {
  let orders: Orders
  let graph: OrderGraph

  /// What stands before an operation in its order, and when the device is free behind it.
  private typealias Predecessor = (operation: Operation, end: Double)

  /// Everything wrong with the recorded times. O(n).
  func violations(_ times: RecordedSchedule.Times) -> [Violation] {
    var found: [Violation] = []
    var departures = graph.departures
    for (position, end) in times.ends.enumerated() { departures.send(from: position, endingAt: end) }
    // What is recorded of an `L` is its transfer: when the device has launched it follows.
    var free = times.ends
    for index in 0..<orders.deviceCount {
      let device = Device.ID(index)
      let range = orders.range(of: device)
      for position in range {
        let first = graph.together(position).lowerBound
        let predecessor =
          first == range.lowerBound ? nil : Predecessor(orders.operations[first - 1], free[first - 1])
        let earliest = check(position, on: device, after: predecessor, times, departures, &found)
        if orders.operations[position].kind == .reload { free[position] = earliest ?? .nan }
        found += offloadViolations(behind: position, on: device, times)
      }
    }
    return found
  }

  /// Reports what is wrong with an operation; returns when the device could have started it, as far as the rest of the
  /// record says.
  private func check(
    _ position: Int, on device: Device.ID, after predecessor: Predecessor?,
    _ times: RecordedSchedule.Times, _ departures: Departures, _ found: inout [Violation]
  ) -> Double? {
    let start = times.starts[position]
    let end = times.ends[position]
    func report(_ kind: Violation.Kind) {
      found.append(orders.violation(at: position, on: device, kind))
    }

    if !start.isFinite || !end.isFinite || start.isClearlyBelow(0) || end.isClearlyBelow(0) {
      report(.impossibleTime(start: start, end: end))
    }
    let isLaunch = orders.operations[position].kind == .reload
    let duration = isLaunch ? graph.hosts.time(from: position) ?? .nan : graph.durations[position]
    if start.isFinite, end.isFinite, duration.isFinite,
      abs(end - start - duration) > Tolerance.around(max(abs(start), abs(end)))
    {
      report(.wrongDuration(recorded: end - start, expected: duration))
    }
    guard start.isFinite else { return nil }
    let together = graph.together(position)
    let partnerStart = times.starts[together.lowerBound]
    if position > together.lowerBound, partnerStart.isFinite,
      abs(start - partnerStart) > Tolerance.around(max(abs(start), abs(partnerStart)))
    {
      let partner = orders.operations[together.lowerBound]
      report(.startsApart(start: start, partner: partner, partnerStart: partnerStart))
    }

    // Unknown as soon as one of the things waited for has no usable time.
    var earliest: Double? = 0
    if let predecessor {
      let free = predecessor.end + graph.gaps[together.lowerBound]
      if predecessor.end.isFinite, start.isClearlyBelow(predecessor.end) {
        report(.overlap(start: start, predecessor: predecessor.operation, end: predecessor.end))
      } else if free.isFinite, start.isClearlyBelow(free) {
        report(.startsInGap(start: start, predecessor: predecessor.operation, end: free))
      }
      earliest = later(earliest, free)
    }
    let own = graph.inputs(of: position...position)
    for input in graph.inputs(of: together) {
      guard let producer = graph.producer(of: input) else {
        earliest = nil
        continue
      }
      let arrival = arrival(of: input, from: producer, times, departures)
      if own.contains(input), arrival.isFinite, start.isClearlyBelow(arrival) {
        let operation = orders.operations[producer]
        report(
          graph.awaitsTransfer(input)
            ? .startsBeforeTransfer(start: start, of: operation, end: arrival)
            : .startsBeforeInput(start: start, input: operation, arrival: arrival))
      }
      earliest = later(earliest, arrival)
    }
    var expected = earliest
    if isLaunch, graph.hosts.time(from: position) != nil,
      let before = graph.hosts.predecessor(of: position)
    {
      if times.ends[before].isFinite, start.isClearlyBelow(times.ends[before]) {
        report(.startsBeforeTransfer(start: start, of: orders.operations[before], end: times.ends[before]))
      }
      expected = later(expected, times.ends[before])
    }
    if let expected, expected.isClearlyBelow(start) {
      report(.startsLate(start: start, earliest: expected))
    }
    return earliest
  }

  /// When an input has arrived, by the record; not finite where that does not say.
  private func arrival(
    of input: Int, from producer: Int, _ times: RecordedSchedule.Times, _ departures: Departures
  ) -> Double {
    guard graph.awaitsTransfer(input) else {
      return departures.departure(of: input, endingAt: times.ends[producer]) + graph.delays[input]
    }
    if orders.operations[producer].kind == .reload { return times.ends[producer] }
    return times.offloads[producer]?.upperBound ?? .nan
  }

  /// What is wrong with the record of the offload behind an operation.
  private func offloadViolations(
    behind position: Int, on device: Device.ID, _ times: RecordedSchedule.Times
  ) -> [Violation] {
    func violation(_ kind: Violation.Kind) -> [Violation] {
      [orders.violation(at: position, on: device, kind)]
    }
    let recorded = times.offloads[position]
    guard orders.operations[position].kind == .forward, let time = graph.hosts.time(from: position) else {
      return recorded == nil ? [] : violation(.unexpectedOffload)
    }
    guard let recorded else { return violation(.missingOffload) }
    let before = graph.hosts.predecessor(of: position)
    let free = before.map { times.offloads[$0]?.upperBound ?? .nan } ?? 0
    guard times.ends[position].isFinite, let start = later(times.ends[position], free) else { return [] }
    let expected = start...start + time
    let agrees =
      recorded.lowerBound.agrees(with: start) && recorded.upperBound.agrees(with: expected.upperBound)
    return agrees ? [] : violation(.wrongOffload(recorded: recorded, expected: expected))
  }

  private func later(_ earliest: Double?, _ time: Double) -> Double? {
    guard let earliest, time.isFinite else { return nil }
    return max(earliest, time)
  }
}
