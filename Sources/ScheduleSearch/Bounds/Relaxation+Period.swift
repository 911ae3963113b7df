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
    let heads = try frames.map { frame throws(OutOfTime) in try self.heads(from: frame) }
    let tails = try frames.map { frame throws(OutOfTime) in try self.tails(to: frame) }
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
    try frames.indices.map { source throws(OutOfTime) in
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

  /// The bound of some devices, with one pair of sweeps in memory at a time; of the first of them where the deadline
  /// passes before the others, or the goal is reached.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func periodBound(of frames: [Int], until goal: Double = .infinity) throws(OutOfTime) -> LowerBound {
    var paths = [[Double]](
      repeating: Array(repeating: -.infinity, count: frames.count), count: frames.count)
    for (index, frame) in frames.enumerated() {
      do throws(OutOfTime) {
        let heads = try heads(from: frame)
        for (other, device) in frames.enumerated() {
          guard let own = prefixes[device] else { continue }
          let end = own.end(heads.nodes[device]) + table.leastRest(after: device, to: device)
          paths[index][other] = max(paths[index][other], end)
        }
        if paths[index][index] >= goal { break }
        let tails = try tails(to: frame, nodes: nodeTimes(toMeet: heads))
        paths[index][index] = max(paths[index][index], pathLength(through: frame, heads: heads, tails: tails))
        for (other, device) in frames.enumerated() where other != index {
          guard let own = prefixes[device] else { continue }
          paths[other][index] = max(paths[other][index], own.rest(tails.nodes[device]))
        }
      } catch {
        if paths[0][0] == -.infinity { throw error }
        break
      }
    }
    guard let best = CycleMean(paths, deadline: deadline) else { return .nothing }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID(frames[$0]) }))
  }
}
