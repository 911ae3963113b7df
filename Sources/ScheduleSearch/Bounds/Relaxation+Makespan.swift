import PipelineModel

extension Relaxation where Prefixes == PrefixGraph {
  /// A bound on an objective; the search for a better one ends when it reaches the goal, in grid steps.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func bound(on objective: Objective, until goal: Double) throws(OutOfTime) -> LowerBound {
    try objective.countsFromOwnStart ? periodBound(until: goal) : makespanBound(until: goal)
  }

  /// A bound on the makespan; the search for a better one ends when it reaches the goal, in grid steps.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func makespanBound(until goal: Double) throws(OutOfTime) -> LowerBound {
    let heads = try heads()
    let tails = try tails()
    guard let base = bestDeviceBound(heads: heads, tails: tails) else { return .nothing }
    if base.steps < goal {
      let raised = raise(base.steps, until: goal, heads: [heads], tails: [tails], frames: [])
      if raised > base.steps { return LowerBound(value: units(raised), argument: .windows) }
    }
    return LowerBound(value: units(base.steps), argument: base.argument)
  }
}

extension Relaxation {
  typealias Times = TimeBounds<Prefixes.Times>
  typealias DeviceBound = (steps: Double, argument: LowerBound.Argument)

  /// The best of what the devices prove on their own for the makespan; `nil` without operations.
  func bestDeviceBound(heads: Times, tails: Times) -> DeviceBound? {
    table.activeDevices.map { deviceBound(of: $0, heads: heads, tails: tails, to: nil) }
      .max { ($0.steps, $0.argument.shownWork) < ($1.steps, $1.argument.shownWork) }
  }

  /// What one device proves on its own, with given heads and tails.
  ///
  /// The argument told is a set of operations where one proves the value, and of such sets the one with most
  /// work: with heads and tails by arrivals and followers alone, or by the device's order and memory too.
  func deviceBound(
    of device: Int, heads: Times, tails: Times, to sink: Int?
  ) -> DeviceBound {
    let range = table.range(of: device)
    let block = OneMachine.block(of: range, heads: heads.operations, tails: tails.operations, table: table)
    let steps = max(bottleneck(on: device, heads: heads, tails: tails), block?.length ?? -.infinity)
    let plain = OneMachine.block(
      of: range, heads: arrivals(on: device, heads), tails: followers(on: device, tails, to: sink),
      table: table)
    let proving = [block, plain].compactMap { $0 }.filter { $0.length >= steps }
    guard let told = proving.max(by: { $0.work < $1.work }) else {
      return (steps, .order(Device.ID(device), operations: range.count, length: units(steps)))
    }
    // Behind the last operation there is no gap.
    let argument = LowerBound.Block(
      device: Device.ID(device), opens: units(told.opens), opening: table.operation(told.opening),
      before: told.before, work: units(told.work + min(0, told.tail)), tail: units(max(0, told.tail)))
    return (steps, .block(argument))
  }

  /// Heads of a device's operations by their inputs alone.
  private func arrivals(on device: Int, _ heads: Times) -> FlatArray<Double> {
    let arrivals = FlatArray<Double>(repeating: 0, count: table.count)
    for operation in table.range(of: device) {
      func follow(_ producer: Int32, after latency: Double) {
        guard producer >= 0 else { return }
        let end = heads.operations[Int(producer)] + table.duration[Int(producer)] + latency
        arrivals[operation] = max(arrivals[operation], end)
      }
      follow(table.producer[operation], after: table.latency[operation])
      guard table.facts[operation].contains(.hasFurtherProducers) else { continue }
      for arc in table.further.producers(of: operation) { follow(arc.operation, after: arc.latency) }
    }
    return arrivals
  }

  /// Tails of a device's operations by those that need their results alone.
  private func followers(on device: Int, _ tails: Times, to sink: Int?) -> FlatArray<Double> {
    let followers = FlatArray<Double>(repeating: 0, count: table.count)
    for operation in table.range(of: device) {
      followers[operation] = table.end.rest(after: device, to: sink) - table.gap[operation]
      func lead(to consumer: Int32, after latency: Double) {
        let rest = tails.operations[Int(consumer)] + table.duration[Int(consumer)] + latency
        followers[operation] = max(followers[operation], rest)
      }
      let consumer = table.consumer[operation]
      if consumer >= 0 { lead(to: consumer, after: table.latency[Int(consumer)]) }
      guard table.facts[operation].contains(.hasFurtherConsumers) else { continue }
      for arc in table.further.consumers(of: operation) { lead(to: arc.operation, after: arc.latency) }
    }
    return followers
  }

  /// The least, over the device's orders, of the longest way through one of its operations.
  func bottleneck(on device: Int, heads: Times, tails: Times) -> Double {
    guard let own = prefixes[device] else { return -.infinity }
    let first = table.bounds[device]
    return own.bottleneck(
      heads: (heads.nodes[device], heads.gates(from: first)),
      tails: (tails.nodes[device], tails.gates(from: first)), durations: table.durations(of: device))
  }

  func units(_ steps: Double) -> Double { table.units(steps) }
}

extension OperationTable {
  /// Grid steps in the problem's unit; below the true value where the grid is not exact.
  func units(_ steps: Double) -> Double {
    grid.isExact ? grid.units(steps) : grid.units(steps) * (1 - 1e-12)
  }

  /// The value of a schedule in grid steps, at which a bound reaches it.
  func steps(reaching value: Double) -> Double {
    let steps = value * grid.stepsPerUnit
    return grid.isExact && (steps - steps.rounded()).magnitude < 1e-6 ? steps.rounded() : steps
  }
}

extension LowerBound.Argument {
  /// The work that an argument shows: of equal bounds the one that shows most is told.
  fileprivate var shownWork: Double {
    if case .block(let block) = self { block.work } else { 0 }
  }
}
