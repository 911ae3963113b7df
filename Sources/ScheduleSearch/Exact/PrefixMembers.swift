/// Which operations each prefix of a graph holds: one bit per operation.
struct PrefixMembers {
  /// How many 64-bit orders a set of the device's operations takes.
  let width: Int
  /// Node by node, its set of operations.
  let bits: FlatArray<UInt64>

  /// Reads the members off the edges. O(nodes x operations / 64).
  init(_ graph: PrefixGraph, operationCount: Int) {
    width = (operationCount + 63) / 64
    bits = FlatArray(repeating: 0, count: graph.nodeCount * width)
    for node in 1..<max(graph.nodeCount, 1) {
      // Every path to a node holds the same operations.
      let edge = graph.inEdges[Int(graph.inStarts[node])]
      for order in 0..<width { bits[node * width + order] = bits[Int(edge.node) * width + order] }
      bits[node * width + Int(edge.operation) / 64] |= 1 << UInt64(edge.operation % 64)
    }
  }

  /// Whether a prefix holds an operation. O(1).
  @inline(__always)
  func contains(_ node: Int, _ operation: Int) -> Bool {
    bits[node * width + operation / 64] >> UInt64(operation % 64) & 1 == 1
  }

  /// The operations that a prefix holds.
  func operations(of node: Int) -> BitPositions { BitPositions(bits, from: node * width, width: width) }
}

/// The positions of the bits that are set in a few 64-bit orders.
struct BitPositions: Sequence, IteratorProtocol {
  private let orders: FlatArray<UInt64>
  private let first: Int
  private let width: Int
  private var order = 0
  private var rest: UInt64

  init(_ orders: FlatArray<UInt64>, from first: Int, width: Int) {
    self.orders = orders
    self.first = first
    self.width = width
    rest = orders[first]
  }

  mutating func next() -> Int? {
    while rest == 0 {
      order += 1
      guard order < width else { return nil }
      rest = orders[first + order]
    }
    defer { rest &= rest - 1 }
    return 64 * order + rest.trailingZeroBitCount
  }
}
