/// Which operations each prefix of a graph holds: one bit per operation.
struct PrefixMembers {
  /// How many 64-bit words a set of the device's operations takes.
  let wordCount: Int
  /// Per node, its set of operations.
  private let bits: FlatArray<UInt64>

  /// Reads the members off the edges. O(nodes x operations / 64).
  init(_ graph: PrefixGraph, operationCount: Int) {
    wordCount = (operationCount + 63) / 64
    bits = FlatArray(repeating: 0, count: graph.nodeCount * wordCount)
    for node in 1..<max(graph.nodeCount, 1) {
      // Every path to a node holds the same operations.
      let edge = graph.inEdges[Int(graph.inStarts[node])]
      for word in 0..<wordCount { bits[node * wordCount + word] = bits[Int(edge.node) * wordCount + word] }
      bits[node * wordCount + Int(edge.operation) / 64] |= 1 << UInt64(edge.operation % 64)
    }
  }

  /// The set of a node's operations.
  @inline(__always)
  func set(of node: Int) -> UnsafePointer<UInt64> { UnsafePointer(bits.base + node * wordCount) }

  /// Whether a prefix holds an operation. O(1).
  @inline(__always)
  func contains(_ node: Int, _ operation: Int) -> Bool {
    bits[node * wordCount + operation / 64] >> UInt64(operation % 64) & 1 == 1
  }
}
