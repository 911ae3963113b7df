extension PrefixGraph {
  /// The earliest time at which a prefix is done after which the operation can be the next one, among prefixes
  /// of operations that precede it in microbatch order; minus infinity for an operation that is left out.
  func earliestStart(of operation: Int, after nodes: FlatArray<Double>) -> Double {
    let group = forwardGroups[operation]
    guard !group.isEmpty else { return -.infinity }
    let (inStarts, inEdges, nodes) = (inStarts.base, inEdges.base, nodes.base)
    var earliest = Double.infinity
    for node in group {
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        if Int(edge.operation) == operation { earliest = min(earliest, nodes[Int(edge.node)]) }
      }
    }
    return earliest
  }

  /// The least time to the end from a prefix that the operation can complete, among those that lack only
  /// operations that follow it in microbatch order; minus infinity for an operation that is left out.
  func leastRest(after operation: Int, before nodes: FlatArray<Double>) -> Double {
    let group = backwardGroups[operation]
    guard !group.isEmpty else { return -.infinity }
    let (outStarts, outEdges, nodes) = (outStarts.base, outEdges.base, nodes.base)
    var least = Double.infinity
    for position in group {
      let node = Int(backwardOrder[position])
      for index in Int(outStarts[node])..<Int(outStarts[node + 1]) {
        let edge = outEdges[index]
        if Int(edge.operation) == operation { least = min(least, nodes[Int(edge.node)]) }
      }
    }
    return least
  }

  /// The earliest end of the prefixes of a group from those of the groups before it. Gates are heads.
  func timeForward(
    _ group: Range<Int>, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    into nodes: UnsafeMutablePointer<Double>
  ) {
    let (inStarts, inEdges) = (inStarts.base, inEdges.base)
    for node in group {
      var earliest = Double.infinity
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        let operation = Int(edge.operation)
        earliest = min(earliest, max(nodes[Int(edge.node)], gates[operation]) + durations[operation])
      }
      nodes[node] = earliest
    }
  }

  /// The least time to the end from the prefixes of a group from those of the groups after it. Gates are tails.
  func timeBackward(
    _ group: Range<Int>, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    into nodes: UnsafeMutablePointer<Double>
  ) {
    let (outStarts, outEdges) = (outStarts.base, outEdges.base)
    for position in group {
      let node = Int(backwardOrder[position])
      var least = Double.infinity
      for index in Int(outStarts[node])..<Int(outStarts[node + 1]) {
        let edge = outEdges[index]
        let operation = Int(edge.operation)
        least = min(least, max(nodes[Int(edge.node)], gates[operation]) + durations[operation])
      }
      nodes[node] = least
    }
  }

  /// The least, over all orders, of the longest way through one of the order's operations: a head, the operation
  /// and a tail. Every order passes each cut of the graph, so no schedule is shorter. O(edges).
  func bottleneck(
    heads: (nodes: UnsafePointer<Double>, gates: UnsafePointer<Double>),
    tails: (nodes: UnsafePointer<Double>, gates: UnsafePointer<Double>), durations: UnsafePointer<Double>
  ) -> Double {
    let storage = FlatArray<Double>(repeating: -.infinity, count: nodeCount)
    let (best, inStarts, inEdges) = (storage.base, inStarts.base, inEdges.base)
    defer { withExtendedLifetime(storage) {} }
    for node in 1..<max(nodeCount, 1) {
      var least = Double.infinity
      let rest = tails.nodes[node]
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        let operation = Int(edge.operation)
        let way =
          max(heads.nodes[Int(edge.node)], heads.gates[operation]) + durations[operation]
          + max(rest, tails.gates[operation])
        least = min(least, max(way, best[Int(edge.node)]))
      }
      best[node] = least
    }
    return best[nodeCount - 1]
  }
}
