import PipelineModel

extension Relaxation where Prefixes == PrefixGraph {
  /// A bound on the period: the maximum cycle mean of lower bounds on the longest paths between devices.
  ///
  /// The search for a better one ends when it reaches the goal, in grid steps. Where sweeps from every device
  /// would take too long, only as many devices as are affordable are looked at: each cycle of theirs is a bound.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func periodBound(until goal: Double) throws(OutOfTime) -> LowerBound {
    let frames = table.activeDevices
    let sweep = max(1, 2 * edgeCount)
    guard frames.count * frames.count * sweep <= Effort.pairs else {
      return try periodBound(of: spread(frames, count: Effort.sweeps / sweep))
    }
    let heads = try sideBySide(frames) { frame throws(OutOfTime) in try self.heads(from: frame) }
    let tails = try sideBySide(frames) { frame throws(OutOfTime) in try self.tails(to: frame) }
    let paths = try paths(between: frames, heads: heads, tails: tails)
    guard let best = CycleMean(paths, deadline: deadline) else { return .nothing }
    if best.mean < goal {
      let raised = raise(best.mean, until: goal, heads: heads, tails: tails, frames: frames)
      if raised > best.mean { return LowerBound(value: units(raised), argument: .windows) }
    }
    if best.cycle.count == 1 {
      let own = best.cycle[0]
      let bound = deviceBound(of: frames[own], heads: heads[own], tails: tails[own], to: frames[own])
      if bound.steps == best.mean { return LowerBound(value: units(best.mean), argument: bound.argument) }
    }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID(frames[$0]) }))
  }

  /// How many edges may be looked at.
  private enum Effort {
    /// By the sweeps of all devices, were each made once per device.
    static let pairs = 50_000_000
    /// By the sweeps that are made.
    static let sweeps = 200_000_000
  }

  /// Per pair of devices a lower bound on the longest path from the first start on one to the last end on the
  /// other; minus infinity where nothing leads there.
  private func paths(
    between frames: [Int], heads: [Times], tails: [Times]
  ) throws(OutOfTime) -> [[Double]] {
    try sideBySide(Array(frames.indices)) { source throws(OutOfTime) in
      try frames.indices.map { sink throws(OutOfTime) in
        try deadline.check()
        return frames.reduce(-.infinity) { longest, device in
          max(longest, pathLength(through: device, heads: heads[source], tails: tails[sink]))
        }
      }
    }
  }

  /// So many of the devices, the first one and then evenly spread ones; at least one.
  private func spread(_ devices: [Int], count: Int) -> [Int] {
    guard count < devices.count else { return devices }
    let count = max(1, count)
    return (0..<count).map { devices[$0 * devices.count / count] }
  }
}

extension Relaxation {
  /// A lower bound on the longest path that one device proves.
  private func pathLength(through device: Int, heads: Times, tails: Times) -> Double {
    let order = bottleneck(on: device, heads: heads, tails: tails)
    // No set of operations proves more than the prefixes of all of them do.
    if isComplete, Prefixes.looksAtAllOperations { return order }
    let block = OneMachine.block(
      of: table.range(of: device), heads: heads.operations, tails: tails.operations, table: table)
    return max(order, block?.length ?? -.infinity)
  }

  /// The bound of some devices, with as many pairs of sweeps in memory at a time as there are threads; of the first of
  /// them where the deadline passes before the others, or the goal is reached.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func periodBound(of frames: [Int], until goal: Double = .infinity) throws(OutOfTime) -> LowerBound {
    var paths = [[Double]](
      repeating: Array(repeating: -.infinity, count: frames.count), count: frames.count)
    var isOver = false
    for first in stride(from: 0, to: frames.count, by: threads) where !isOver {
      let found = SideBySide.map(min(threads, frames.count - first), atOnce: threads) { offset in
        Result { () throws(OutOfTime) in try self.paths(of: first + offset, among: frames, until: goal) }
      }
      for (index, result) in zip(first..., found) where !isOver {
        guard let own = try? result.get() else {
          if index == 0 { throw OutOfTime() }
          isOver = true
          break
        }
        for other in frames.indices {
          paths[index][other] = max(paths[index][other], own.from[other])
          paths[other][index] = max(paths[other][index], own.to[other])
        }
        isOver = paths[index][index] >= goal
      }
    }
    guard let best = CycleMean(paths, deadline: deadline) else { return .nothing }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID(frames[$0]) }))
  }

  /// Lower bounds on the longest paths from one of some devices to the others and from them to it; from it alone where its
  /// own reaches the goal already, or the deadline passes then.
  private func paths(
    of index: Int, among frames: [Int], until goal: Double
  ) throws(OutOfTime) -> (from: [Double], to: [Double]) {
    let frame = frames[index]
    let heads = try heads(from: frame)
    let from = frames.map { device in
      prefixes[device].map { $0.end(heads.nodes[device]) + table.leastRest(after: device, to: device) }
        ?? -.infinity
    }
    var to = [Double](repeating: -.infinity, count: frames.count)
    guard from[index] < goal, let tails = try? tails(to: frame) else { return (from, to) }
    for (other, device) in frames.enumerated() {
      to[other] =
        other == index
        ? pathLength(through: frame, heads: heads, tails: tails)
        : prefixes[device].map { $0.rest(tails.nodes[device]) } ?? -.infinity
    }
    return (from, to)
  }

  /// Does something for each element, with as many at a time as there are threads.
  private func sideBySide<Outcome>(
    _ elements: [Int], _ work: (Int) throws(OutOfTime) -> Outcome
  ) throws(OutOfTime) -> [Outcome] {
    var outcomes: [Outcome] = []
    let results = SideBySide.map(elements.count, atOnce: threads) { index in
      Result { () throws(OutOfTime) in try work(elements[index]) }
    }
    for result in results { outcomes.append(try result.get()) }
    return outcomes
  }
}
