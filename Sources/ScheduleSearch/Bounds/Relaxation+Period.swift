import PipelineModel

extension Relaxation {
  /// A bound on the period: the maximum cycle mean of lower bounds on the longest paths between devices.
  func periodBound(until goal: Double) -> LowerBound {
    let paths = paths()
    guard let best = CycleMean(paths) else { return LowerBound(value: 0, argument: .windows) }
    return LowerBound(value: units(best.mean), argument: .cycle(best.cycle.map { Device.ID($0) }))
  }

  /// Per pair of devices a lower bound on the longest path from the first start on one to the last end on the
  /// other; minus infinity where nothing leads there.
  func paths() -> [[Double]] {
    let active = table.activeDevices
    var paths = [[Double]](
      repeating: Array(repeating: -.infinity, count: table.deviceCount), count: table.deviceCount)
    let nodes = nodeTimes()
    let frames = active.map { heads(from: $0) }
    let sinks = active.map { tails(to: $0) }
    _ = nodes
    for (row, source) in active.enumerated() {
      for (column, sink) in active.enumerated() {
        var longest = -Double.infinity
        for device in active {
          let bound = deviceBound(of: device, heads: frames[row], tails: sinks[column])
          longest = max(longest, bound.steps)
        }
        paths[source][sink] = longest
      }
    }
    return paths
  }
}
