/// One device's graph with what two frames know of its prefixes and operations.
struct PrefixWindows {
  let graph: PrefixGraph
  /// The earliest end of each prefix and start of each operation, counted on the device.
  let heads: (nodes: UnsafeMutablePointer<Double>, gates: UnsafePointer<Double>)
  /// The least time that follows each prefix and operation.
  let tails: (nodes: UnsafeMutablePointer<Double>, gates: UnsafePointer<Double>)
  let durations: UnsafePointer<Double>
  /// Prefixes that no schedule short enough has.
  let isDead: UnsafeMutablePointer<Bool>
  /// What a head and a tail may sum up to.
  let length: Double

  /// Times all prefixes again, without those that are dead or would take too long, and lowers the earliest start and the
  /// least time after the end of every operation to those of the orders that are left; tells whether there are any.
  func prune(starts: UnsafeMutablePointer<Double>, rests: UnsafeMutablePointer<Double>) -> Bool {
    guard heads.nodes[0] + tails.nodes[0] <= length else { return false }
    for node in 1..<graph.nodeCount where !isDead[node] { timeForward(node) }
    let last = graph.nodeCount - 1
    guard !isDead[last] else { return false }
    for node in (0..<last).reversed() where !isDead[node] { timeBackward(node, starts, rests) }
    return !isDead[0]
  }

  private func timeForward(_ node: Int) {
    var earliest = Double.infinity
    let rest = tails.nodes[node]
    let (inStarts, inEdges) = (graph.inStarts.base, graph.inEdges.base)
    for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
      let edge = inEdges[index]
      let (source, operation) = (Int(edge.node), Int(edge.operation))
      if isDead[source] { continue }
      let end = max(heads.nodes[source], heads.gates[operation]) + durations[operation]
      if end + max(rest, tails.gates[operation]) <= length { earliest = min(earliest, end) }
    }
    if earliest == .infinity {
      isDead[node] = true
    } else {
      heads.nodes[node] = max(heads.nodes[node], earliest)
    }
  }

  private func timeBackward(
    _ node: Int, _ starts: UnsafeMutablePointer<Double>, _ rests: UnsafeMutablePointer<Double>
  ) {
    var least = Double.infinity
    let start = heads.nodes[node]
    let (outStarts, outEdges) = (graph.outStarts.base, graph.outEdges.base)
    for index in Int(outStarts[node])..<Int(outStarts[node + 1]) {
      let edge = outEdges[index]
      let (target, operation) = (Int(edge.node), Int(edge.operation))
      if isDead[target] { continue }
      let rest = max(tails.nodes[target], tails.gates[operation])
      let (begin, span) = (max(start, heads.gates[operation]), rest + durations[operation])
      guard begin + span <= length else { continue }
      least = min(least, span)
      starts[operation] = min(starts[operation], begin)
      rests[operation] = min(rests[operation], rest)
    }
    if least == .infinity { isDead[node] = true } else { tails.nodes[node] = max(tails.nodes[node], least) }
  }

  /// The earliest start and the least time after the end of every operation over the orders that are left;
  /// infinity for an operation that no such order can hold.
  func windows(starts: UnsafeMutablePointer<Double>, rests: UnsafeMutablePointer<Double>) {
    let (inStarts, inEdges) = (graph.inStarts.base, graph.inEdges.base)
    for node in 1..<graph.nodeCount where !isDead[node] {
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        let (source, operation) = (Int(edge.node), Int(edge.operation))
        if isDead[source] { continue }
        let start = max(heads.nodes[source], heads.gates[operation])
        let rest = max(tails.nodes[node], tails.gates[operation])
        guard start + durations[operation] + rest <= length else { continue }
        starts[operation] = min(starts[operation], start)
        rests[operation] = min(rests[operation], rest)
      }
    }
  }
}
