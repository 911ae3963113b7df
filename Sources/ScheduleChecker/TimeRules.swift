import PipelineModel

/// Compares recorded times with what the orders and the recorded times before them ask for.
struct TimeRules {
  let orders: Orders
  let graph: OrderGraph

  /// Everything wrong with the recorded times. O(n).
  func violations(_ times: RecordedSchedule.Times) -> [Violation] {
    var found: [Violation] = []
    var departures = graph.departures
    for (position, end) in times.ends.enumerated() { departures.send(from: position, endingAt: end) }
    for index in 0..<orders.deviceCount {
      let device = Device.ID(index)
      let range = orders.range(of: device)
      for position in range {
        let first = graph.together(position).lowerBound
        let predecessor = first == range.lowerBound ? nil : first - 1
        check(position, on: device, after: predecessor, times, departures, &found)
      }
    }
    return found
  }

  private func check(
    _ position: Int, on device: Device.ID, after predecessor: Int?,
    _ times: RecordedSchedule.Times, _ departures: Departures, _ found: inout [Violation]
  ) {
    let start = times.starts[position]
    let end = times.ends[position]
    func report(_ kind: Violation.Kind) {
      found.append(orders.violation(at: position, on: device, kind))
    }

    if !start.isFinite || !end.isFinite || start.isClearlyBelow(0) || end.isClearlyBelow(0) {
      report(.impossibleTime(start: start, end: end))
    }
    let duration = graph.durations[position]
    if start.isFinite, end.isFinite, duration.isFinite,
      abs(end - start - duration) > Tolerance.around(max(abs(start), abs(end)))
    {
      report(.wrongDuration(recorded: end - start, expected: duration))
    }
    guard start.isFinite else { return }
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
      let end = times.ends[predecessor]
      let free = end + graph.gaps[together.lowerBound]
      let operation = orders.operations[predecessor]
      if end.isFinite, start.isClearlyBelow(end) {
        report(.overlap(start: start, predecessor: operation, end: end))
      } else if free.isFinite, start.isClearlyBelow(free) {
        report(.startsInGap(start: start, predecessor: operation, end: free))
      }
      earliest = later(earliest, free)
    }
    let own = graph.inputs(of: position...position)
    for input in graph.inputs(of: together) {
      guard let producer = graph.producer(of: input) else {
        earliest = nil
        continue
      }
      let arrival = departures.departure(of: input, endingAt: times.ends[producer]) + graph.delays[input]
      if own.contains(input), arrival.isFinite, start.isClearlyBelow(arrival) {
        report(.startsBeforeInput(start: start, input: orders.operations[producer], arrival: arrival))
      }
      earliest = later(earliest, arrival)
    }
    if let earliest, earliest.isClearlyBelow(start) {
      report(.startsLate(start: start, earliest: earliest))
    }
  }

  private func later(_ earliest: Double?, _ time: Double) -> Double? {
    guard let earliest, time.isFinite else { return nil }
    return max(earliest, time)
  }
}
