import PipelineModel

extension Relaxation {
  /// A bound on the makespan; the search for a better one ends when it reaches the goal, in grid steps.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func makespanBound(until goal: Double) throws(OutOfTime) -> LowerBound {
    let heads = try heads()
    let tails = try tails()
    let base = table.activeDevices.map { deviceBound(of: $0, heads: heads, tails: tails) }
      .max { ($0.steps, $0.argument.shownWork) < ($1.steps, $1.argument.shownWork) }
    guard let base else { return .nothing }
    if base.steps < goal {
      let raised = raise(base.steps, until: goal, heads: [heads], tails: [tails], frames: [])
      if raised > base.steps { return LowerBound(value: units(raised), argument: .windows) }
    }
    return LowerBound(value: units(base.steps), argument: base.argument)
  }

  /// What one device proves on its own, with given heads and tails.
  ///
  /// The argument told is a set of operations where one proves the value, and of such sets the one with most
  /// work: with heads and tails by arrivals and followers alone, or by the device's order and memory too.
  func deviceBound(
    of device: Int, heads: TimeBounds, tails: TimeBounds
  ) -> (steps: Double, argument: LowerBound.Argument) {
    let range = table.range(of: device)
    let block = OneMachine.block(of: range, heads: heads.operations, tails: tails.operations, table: table)
    let steps = max(bottleneck(on: device, heads: heads, tails: tails), block?.length ?? -.infinity)
    let plain = OneMachine.block(
      of: range, heads: arrivals(on: device, heads), tails: followers(on: device, tails), table: table)
    let proving = [block, plain].compactMap { $0 }.filter { $0.length >= steps }
    guard let told = proving.max(by: { $0.work < $1.work }) else {
      return (steps, .order(Device.ID(device), operations: range.count, length: units(steps)))
    }
    let argument = LowerBound.Block(
      device: Device.ID(device), opens: units(told.opens), opening: table.operation(told.opening),
      before: told.before, work: units(told.work), tail: units(told.tail))
    return (steps, .block(argument))
  }

  /// Heads of a device's operations by their inputs alone.
  private func arrivals(on device: Int, _ heads: TimeBounds) -> FlatArray<Double> {
    let arrivals = FlatArray<Double>(repeating: 0, count: table.count)
    for operation in table.range(of: device) {
      let producer = Int(table.producer[operation])
      guard producer >= 0 else { continue }
      let end = heads.operations[producer] + table.duration[producer] + table.latency[operation]
      arrivals[operation] = max(0, end)
    }
    return arrivals
  }

  /// Tails of a device's operations by those that need their results alone.
  private func followers(on device: Int, _ tails: TimeBounds) -> FlatArray<Double> {
    let followers = FlatArray<Double>(repeating: table.optimizerSteps[device], count: table.count)
    for operation in table.range(of: device) {
      let consumer = Int(table.consumer[operation])
      guard consumer >= 0 else { continue }
      let rest = tails.operations[consumer] + table.duration[consumer] + table.latency[consumer]
      followers[operation] = max(followers[operation], rest)
    }
    return followers
  }

  /// The least, over the device's orders, of the longest way through one of its operations.
  func bottleneck(on device: Int, heads: TimeBounds, tails: TimeBounds) -> Double {
    guard let graph = graphs[device] else { return -.infinity }
    let first = table.bounds[device]
    return graph.bottleneck(
      heads: (UnsafePointer(heads.nodes[device].base), UnsafePointer(heads.gates.base + first)),
      tails: (UnsafePointer(tails.nodes[device].base), UnsafePointer(tails.gates.base + first)),
      durations: table.duration.base + first)
  }

  /// Grid steps in the problem's unit; below the true value where the grid is not exact.
  func units(_ steps: Double) -> Double {
    table.grid.isExact ? table.grid.units(steps) : table.grid.units(steps) * (1 - 1e-12)
  }

  /// The value of a schedule in grid steps, at which a bound reaches it.
  func steps(reaching value: Double) -> Double {
    let steps = value * table.grid.stepsPerUnit
    return table.grid.isExact && (steps - steps.rounded()).magnitude < 1e-6 ? steps.rounded() : steps
  }
}

extension LowerBound.Argument {
  /// The work that an argument shows: of equal bounds the one that shows most is told.
  fileprivate var shownWork: Double {
    if case .block(let block) = self { block.work } else { 0 }
  }
}
