/// The prefixes that a device's order can have, and the operations that lead from one to the next.
///
/// A prefix is a set of done operations. First-in-first-out order makes it a vector of counts, one per chain;
/// memory depends on those counts alone, so a prefix beyond the limit is not in the graph. Every order of the
/// device is a path from the empty prefix, node 0, to the last node, which holds all operations.
final class PrefixGraph {
  /// A step to or from another prefix by one operation, or by a pair.
  struct Edge: BitwiseCopyable {
    var node: Int32
    /// Counted on the device; pairs stand behind all operations.
    var operation: Int32
  }

  /// What it is the graph of.
  let shape: ChainShape

  /// Nodes in an order in which no prefix precedes a part of it; grouped by their last operation in
  /// microbatch order.
  let nodeCount: Int
  /// Per node, where its incoming and outgoing edges begin.
  let inStarts: FlatArray<Int32>
  let inEdges: FlatArray<Edge>
  let outStarts: FlatArray<Int32>
  let outEdges: FlatArray<Edge>
  /// Where the nodes whose last operation is a given one begin and end; empty ranges for operations left out.
  let forwardGroups: [Range<Int>]
  /// The nodes grouped by the first operation they lack in microbatch order, the last such operation first;
  /// within a group no prefix comes before one that it is part of.
  let backwardOrder: FlatArray<Int32>
  /// Where the nodes that lack a given operation first begin and end in `backwardOrder`.
  let backwardGroups: [Range<Int>]

  /// Builds the graph of a shape for a device with so many operations; `nil` when it would have more than
  /// `nodeLimit` nodes. O(nodes x chains).
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ shape: ChainShape, operationCount: Int, nodeLimit: Int, deadline: Deadline
  ) throws(OutOfTime) {
    guard let search = try PrefixSearch(shape, nodeLimit: nodeLimit, deadline: deadline) else { return nil }
    self.shape = shape
    nodeCount = search.nodeCount
    let last = search.lastPlaces()
    let (ranks, lastRanges) = Self.sort(last, groupCount: shape.order.count + 1)
    (inStarts, inEdges, outStarts, outEdges) = Self.edges(of: search, ranks: ranks)
    forwardGroups = Self.groups(shape, operationCount, ranges: lastRanges) { $0 + 1 }

    // Nodes by descending lacking place, larger prefixes first: count places from the end.
    let total = shape.order.count
    let lacking = search.lackingPlaces().reversed().map { Int32(total) - $0 }
    let (positions, lackingRanges) = Self.sort(lacking, groupCount: total + 1)
    let order = FlatArray<Int32>(repeating: 0, count: search.nodeCount)
    for (reversed, position) in positions.enumerated() {
      order[Int(position)] = ranks[search.nodeCount - 1 - reversed]
    }
    backwardOrder = order
    backwardGroups = Self.groups(shape, operationCount, ranges: lackingRanges) { total - $0 }
  }

  /// A stable counting sort: the rank of each element and the range of each group.
  private static func sort(_ keys: [Int32], groupCount: Int) -> (ranks: [Int32], ranges: [Range<Int>]) {
    var starts = [Int](repeating: 0, count: groupCount + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for index in 0..<groupCount { starts[index + 1] += starts[index] }
    let ranges = (0..<groupCount).map { starts[$0]..<starts[$0 + 1] }
    let ranks = keys.map { key -> Int32 in
      defer { starts[Int(key)] += 1 }
      return Int32(starts[Int(key)])
    }
    return (ranks, ranges)
  }

  private static func groups(
    _ shape: ChainShape, _ operationCount: Int, ranges: [Range<Int>], at group: (Int) -> Int
  ) -> [Range<Int>] {
    var groups = [Range<Int>](repeating: 0..<0, count: operationCount)
    for (place, operation) in shape.order.enumerated() { groups[Int(operation)] = ranges[group(place)] }
    return groups
  }

  private static func edges(
    of search: PrefixSearch, ranks: [Int32]
  ) -> (FlatArray<Int32>, FlatArray<Edge>, FlatArray<Int32>, FlatArray<Edge>) {
    let count = search.nodeCount
    let inStarts = FlatArray<Int32>(repeating: 0, count: count + 1)
    let outStarts = FlatArray<Int32>(repeating: 0, count: count + 1)
    for edge in search.edges {
      inStarts[Int(ranks[Int(edge.target)]) + 1] += 1
      outStarts[Int(ranks[Int(edge.source)]) + 1] += 1
    }
    for index in 0..<count {
      inStarts[index + 1] += inStarts[index]
      outStarts[index + 1] += outStarts[index]
    }
    let none = Edge(node: 0, operation: 0)
    let inEdges = FlatArray(repeating: none, count: search.edges.count)
    let outEdges = FlatArray(repeating: none, count: search.edges.count)
    let inNext = inStarts.copy()
    let outNext = outStarts.copy()
    for edge in search.edges {
      let source = ranks[Int(edge.source)]
      let target = ranks[Int(edge.target)]
      inEdges[Int(inNext[Int(target)])] = Edge(node: source, operation: edge.operation)
      inNext[Int(target)] += 1
      outEdges[Int(outNext[Int(source)])] = Edge(node: target, operation: edge.operation)
      outNext[Int(source)] += 1
    }
    return (inStarts, inEdges, outStarts, outEdges)
  }
}
