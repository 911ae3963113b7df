import PipelineModel

extension Relaxation {
  /// A bound on the makespan; the search for a better one ends when it reaches the goal, in grid steps.
  func makespanBound(until goal: Double) -> LowerBound {
    let heads = heads()
    let tails = tails()
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
  func deviceBound(
    of device: Int, heads: TimeBounds, tails: TimeBounds
  ) -> (steps: Double, argument: LowerBound.Argument) {
    let order = bottleneck(on: device, heads: heads, tails: tails)
    let block = OneMachine.block(
      of: table.range(of: device), heads: heads.operations, tails: tails.operations, table: table)
    guard let block, block.length >= order else {
      return (order, .order(Device.ID(device), length: units(order)))
    }
    let argument = LowerBound.Block(
      device: Device.ID(device), opens: units(block.opens), opening: table.operation(block.opening),
      before: block.before,
      work: units(block.work), tail: units(block.tail))
    return (block.length, .block(argument))
  }

  /// The least, over the device's words, of the longest way through one of its operations.
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
