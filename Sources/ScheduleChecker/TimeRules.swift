import PipelineModel

/// Compares recorded times with what the orders and the recorded times before them ask for.
struct TimeRules {
  let orders: Orders
  let graph: OrderGraph

  /// Everything wrong with the recorded times. O(n).
  func violations(_ times: RecordedSchedule.Times) -> [Violation] {
    var found: [Violation] = []
    var departures = graph.departures
    let leaves = times.ends.enumerated().map { departures.departure(of: $0.offset, endingAt: $0.element) }
    for index in 0..<orders.deviceCount {
      let device = Device.ID(index)
      let range = orders.range(of: device)
      for position in range {
        let first = graph.together(position).lowerBound
        let predecessor = first == range.lowerBound ? nil : first - 1
        check(position, on: device, after: predecessor, times, leaves, &found)
      }
    }
    return found
  }

  private func check(
    _ position: Int, on device: Device.ID, after predecessor: Int?,
    _ times: RecordedSchedule.Times, _ leaves: [Double], _ found: inout [Violation]
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
      if end.isFinite, start.isClearlyBelow(end) {
        report(.overlap(start: start, predecessor: orders.operations[predecessor], end: end))
      }
      earliest = later(earliest, end)
    }
    for part in together {
      let input = graph.inputs[part]
      if input >= 0 {
        let arrival = (graph.isMessage(to: part) ? leaves : times.ends)[Int(input)] + graph.delays[part]
        if part == position, arrival.isFinite, start.isClearlyBelow(arrival) {
          report(
            .startsBeforeInput(start: start, input: orders.operations[Int(input)], arrival: arrival))
        }
        earliest = later(earliest, arrival)
      } else if input == OrderGraph.unknown {
        earliest = nil
      }
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
