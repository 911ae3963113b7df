extension PrefixGraph: DevicePrefixes {
  static var operationsBetweenChecks: Int { 256 }
  static var looksAtAllOperations: Bool { true }

  static func noTimes(of graph: PrefixGraph?) -> FlatArray<Double> {
    FlatArray(repeating: .infinity, count: graph?.nodeCount ?? 0)
  }

  func begin(_ nodes: FlatArray<Double>, at start: Double) { nodes[0] = start }
  func end(_ nodes: FlatArray<Double>) -> Double { nodes[nodeCount - 1] }
  func rest(_ nodes: FlatArray<Double>) -> Double { nodes[0] }

  func begin(
    _ nodes: FlatArray<Double>, withRest rest: Double, gates: UnsafePointer<Double>,
    durations: UnsafePointer<Double>
  ) {
    nodes[nodeCount - 1] = rest
  }

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

  func timeForward(
    to operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in nodes: FlatArray<Double>
  ) {
    let (inStarts, inEdges, nodes) = (inStarts.base, inEdges.base, nodes.base)
    for node in forwardGroups[operation] {
      var earliest = Double.infinity
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        let operation = Int(edge.operation)
        earliest = min(earliest, max(nodes[Int(edge.node)], gates[operation]) + durations[operation])
      }
      nodes[node] = earliest
    }
  }

  func timeBackward(
    from operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in nodes: FlatArray<Double>
  ) {
    let (outStarts, outEdges, nodes) = (outStarts.base, outEdges.base, nodes.base)
    for position in backwardGroups[operation] {
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

  /// O(edges).
  func bottleneck(
    heads: (times: FlatArray<Double>, gates: UnsafePointer<Double>),
    tails: (times: FlatArray<Double>, gates: UnsafePointer<Double>), durations: UnsafePointer<Double>
  ) -> Double {
    let storage = FlatArray<Double>(repeating: -.infinity, count: nodeCount)
    let (best, inStarts, inEdges) = (storage.base, inStarts.base, inEdges.base)
    let (starts, rests) = (heads.times.base, tails.times.base)
    defer { withExtendedLifetime(storage) {} }
    for node in 1..<max(nodeCount, 1) {
      var least = Double.infinity
      let rest = rests[node]
      for index in Int(inStarts[node])..<Int(inStarts[node + 1]) {
        let edge = inEdges[index]
        let operation = Int(edge.operation)
        let way =
          max(starts[Int(edge.node)], heads.gates[operation]) + durations[operation]
          + max(rest, tails.gates[operation])
        least = min(least, max(way, best[Int(edge.node)]))
      }
      best[node] = least
    }
    return best[nodeCount - 1]
  }
}
