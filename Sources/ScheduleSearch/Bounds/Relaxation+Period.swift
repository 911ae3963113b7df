import PipelineModel

extension Relaxation {
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
    between frames: [Int], heads: [TimeBounds], tails: [TimeBounds]
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

  /// A lower bound on the longest path that one device proves.
  private func pathLength(through device: Int, heads: TimeBounds, tails: TimeBounds) -> Double {
    let order = bottleneck(on: device, heads: heads, tails: tails)
    // The graph's own bound is no smaller than Jackson's where it holds all operations.
    if isComplete { return order }
    let block = OneMachine.block(
      of: table.range(of: device), heads: heads.operations, tails: tails.operations, table: table)
    return max(order, block?.length ?? -.infinity)
  }

  /// The bound of some devices, with one pair of sweeps in memory at a time; of the first of them where the deadline
  /// passes before the others.
  private func periodBound(of frames: [Int]) throws(OutOfTime) -> LowerBound {
    var paths = [[Double]](
      repeating: Array(repeating: -.infinity, count: frames.count), count: frames.count)
    let (headNodes, tailNodes) = (nodeTimes(), nodeTimes())
    for (index, frame) in frames.enumerated() {
      let heads: TimeBounds
      let tails: TimeBounds
      do throws(OutOfTime) {
        heads = try self.heads(from: frame, nodes: headNodes)
        tails = try self.tails(to: frame, nodes: tailNodes)
      } catch {
        if index == 0 { throw error }
        break
      }
      paths[index][index] = pathLength(through: frame, heads: heads, tails: tails)
      for (other, device) in frames.enumerated() where other != index {
        guard let graph = graphs[device] else { continue }
        let end = heads.nodes[device][graph.nodeCount - 1] + table.leastRest(after: device, to: device)
        paths[index][other] = max(paths[index][other], end)
        paths[other][index] = max(paths[other][index], tails.nodes[device][0])
      }
    }
    guard let best = CycleMean(paths, deadline: deadline) else { return .nothing }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID(frames[$0]) }))
  }

  /// So many of the devices, the first one and then evenly spread ones; at least one.
  private func spread(_ devices: [Int], count: Int) -> [Int] {
    guard count < devices.count else { return devices }
    let count = max(1, count)
    return (0..<count).map { devices[$0 * devices.count / count] }
  }
}
