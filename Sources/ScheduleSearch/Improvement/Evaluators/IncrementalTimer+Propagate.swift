/// Timing again what a move changes. Ranks that may change are kept as bits, which serve as the queue.
extension IncrementalTimer {
  /// Times heads again from the moved range on, noting old ones; gives up when a path longer than the threshold
  /// shows. Beyond the rank `settled` tails are as before the move.
  mutating func timeHeads<Graph: TimedGraph>(
    from first: Int, to last: Int, _ device: Int, settled: Int, threshold: Double, _ changes: inout Int,
    in graph: Graph.Type
  ) -> Bool {
    var pending = 0
    for place in first...min(last + 1, bounds[device + 1] - 1) {
      touch(Int(states[Int(order[place])].rank), &pending)
    }
    // The order's range is in rank order.
    var block = Int(states[Int(order[first])].rank) >> 6
    while pending > 0 {
      let bits = dirty[block]
      if bits == 0 {
        block += 1
        continue
      }
      dirty[block] = bits & (bits &- 1)
      pending &-= 1
      let rank = block << 6 | bits.trailingZeroBitCount
      let index = Int(byRank[rank])
      let node = nodes[index]
      let position = Int(states[index].position)
      let head = max(
        arrival(index, node, in: graph), free(before: position, on: Int(node.device), for: node, in: graph))
      let old = states[index].head
      if head == old { continue }
      undo[changes] = Undo(node: Int32(index), head: old)
      changes &+= 1
      states[index].head = head
      if rank > settled, head + node.duration + states[index].tail > threshold {
        clear(from: block, &pending)
        return false
      }
      if position + 1 < bounds[Int(node.device) + 1] {
        touch(Int(states[Int(order[position + 1])].rank), &pending)
      }
      if node.consumer >= 0 { touch(Int(states[Int(node.consumer)].rank), &pending) }
      if !graph.isPlain, node.hasFurtherLinks {
        for link in consumers(of: index) { touch(Int(states[Int(link.node)].rank), &pending) }
      }
    }
    return true
  }

  /// Times tails again from the moved range back.
  mutating func timeTails<Graph: TimedGraph>(
    from first: Int, to last: Int, _ device: Int, in graph: Graph.Type
  ) {
    var pending = 0
    for place in max(first - 1, bounds[device])...last {
      touch(Int(states[Int(order[place])].rank), &pending)
    }
    var block = Int(states[Int(order[last])].rank) >> 6
    while pending > 0 {
      let bits = dirty[block]
      if bits == 0 {
        block -= 1
        continue
      }
      let bit = 63 &- bits.leadingZeroBitCount
      dirty[block] = bits & ~(1 << UInt64(bit))
      pending &-= 1
      let index = Int(byRank[block << 6 | bit])
      let node = nodes[index]
      let position = Int(states[index].position)
      let tail = max(
        tailOfOutput(index, node, in: graph), tail(after: position, on: Int(node.device), of: node, in: graph)
      )
      if tail == states[index].tail { continue }
      states[index].tail = tail
      if position > bounds[Int(node.device)] {
        touch(Int(states[Int(order[position - 1])].rank), &pending)
      }
      if node.producer >= 0 { touch(Int(states[Int(node.producer)].rank), &pending) }
      if !graph.isPlain, node.hasFurtherLinks {
        for link in producers(of: index) { touch(Int(states[Int(link.node)].rank), &pending) }
      }
    }
  }

  @inline(__always)
  private func touch(_ rank: Int, _ pending: inout Int) {
    let bit: UInt64 = 1 << UInt64(rank & 63)
    let bits = dirty[rank >> 6]
    if bits & bit == 0 {
      dirty[rank >> 6] = bits | bit
      pending &+= 1
    }
  }

  private func clear(from block: Int, _ pending: inout Int) {
    var block = block
    while pending > 0 {
      pending -= dirty[block].nonzeroBitCount
      dirty[block] = 0
      block += 1
    }
  }
}
