import OperationGraph

extension IncrementalTimer {
  /// What orders take of which a topological order is known: no more is worked out, so that orders have to be loaded
  /// before any are moved.
  ///
  /// - Parameters:
  ///   - nodes: the nodes of all orders, device by device; they can run.
  ///   - sorted: the same, each behind all that it waits for.
  ///   - lowerBound: for the period, a value that no orders can beat; `nil` for the makespan.
  /// - Complexity: O(operations), for the period a few times.
  mutating func measure(
    _ nodes: KernelMemory<Int32>, sorted: KernelMemory<Int32>, asPeriodAbove lowerBound: Double?
  ) -> Double {
    for position in 0..<nodeCount {
      let node = nodes[position]
      order[position] = node
      states[Int(node)].position = Int32(position)
      byRank[position] = sorted[position]
    }
    resetReleases()
    if let lowerBound { raiseReleases(above: lowerBound) }
    timeHeads()
    return longestSpan()
  }
}
