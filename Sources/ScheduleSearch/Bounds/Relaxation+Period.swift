import PipelineModel

extension Relaxation {
  /// A bound on the period: the maximum cycle mean of lower bounds on the longest paths between devices.
  func periodBound(until goal: Double) -> LowerBound {
    let active = table.activeDevices
    let heads = active.map { self.heads(from: $0) }
    let tails = active.map { self.tails(to: $0) }
    let paths = paths(heads: heads, tails: tails)
    guard let best = CycleMean(paths) else { return LowerBound(value: 0, argument: .windows) }
    if best.mean < goal {
      let raised = raise(best.mean, until: goal, heads: heads, tails: tails, frames: active)
      if raised > best.mean { return LowerBound(value: units(raised), argument: .windows) }
    }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID($0) }))
  }

  /// Per pair of devices a lower bound on the longest path from the first start on one to the last end on the
  /// other; minus infinity where nothing leads there.
  func paths(heads: [TimeBounds], tails: [TimeBounds]) -> [[Double]] {
    let active = table.activeDevices
    var paths = [[Double]](
      repeating: Array(repeating: -.infinity, count: table.deviceCount), count: table.deviceCount)
    for (row, source) in active.enumerated() {
      for (column, sink) in active.enumerated() {
        var longest = -Double.infinity
        for device in active {
          let bound = deviceBound(of: device, heads: heads[row], tails: tails[column])
          longest = max(longest, bound.steps)
        }
        paths[source][sink] = longest
      }
    }
    return paths
  }
}
