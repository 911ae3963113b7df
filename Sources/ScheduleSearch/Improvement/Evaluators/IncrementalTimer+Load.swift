extension IncrementalTimer {
  /// Takes new orders and times them from nothing; tells whether they can run.
  ///
  /// - Parameter nodes: the nodes of all orders, device by device; memory is not checked.
  /// - Complexity: O(operations log operations).
  package mutating func load(_ nodes: [Int32]) -> Bool {
    for (position, node) in nodes.enumerated() {
      order[position] = node
      states[Int(node)].position = Int32(position)
    }
    guard sweep() else { return false }
    timeHeads()
    sortOrder()
    timeTails()
    measureMemory()
    value = longestSpan()
    return true
  }

  /// Releases all devices at time 0 from now on; the next load or timing counts with it.
  mutating func resetReleases() { releases.update(repeating: 0) }

  /// Times all operations again, after the releases changed. O(operations).
  mutating func timeAgain() {
    timeHeads()
    timeTails()
    value = longestSpan()
  }

  /// Finds a topological order of all nodes; tells whether there is one. O(operations).
  private mutating func sweep() -> Bool {
    clearMarks()
    var count = 0
    var top = 0
    for device in (0..<deviceCount).reversed() {
      cursors[device] = bounds[device]
      stack[top] = Int32(device)
      top += 1
    }
    while top > 0 {
      top -= 1
      let device = Int(stack[top])
      var position = cursors[device]
      while position < bounds[device + 1] {
        let index = Int(order[position])
        let node = nodes[index]
        guard isReady(index, node) else { break }
        marks[index] = mark
        byRank[count] = Int32(index)
        count += 1
        position += 1
        wake(Int(node.consumer), from: node.device, &top)
        if node.hasFurtherLinks {
          for link in consumers(of: index) { wake(Int(link.node), from: node.device, &top) }
        }
      }
      cursors[device] = position
    }
    return count == nodeCount
  }

  /// Whether all that an operation waits for is marked.
  private func isReady(_ index: Int, _ node: SearchModel.Node) -> Bool {
    (node.producer < 0 || marks[Int(node.producer)] == mark)
      && (node.earlier < 0 || marks[Int(node.earlier)] == mark)
      && (!node.hasFurtherLinks || producers(of: index).allSatisfy { marks[Int($0.node)] == mark })
  }

  /// Lets another device go on that waited for this very operation, the last that it waited for.
  private func wake(_ consumer: Int, from device: Int32, _ top: inout Int) {
    guard consumer >= 0, nodes[consumer].device != device else { return }
    let other = Int(nodes[consumer].device)
    guard cursors[other] < bounds[other + 1], Int(order[cursors[other]]) == consumer,
      isReady(consumer, nodes[consumer])
    else { return }
    stack[top] = Int32(other)
    top += 1
  }

  /// Orders all nodes by their heads: a topological order in which little lies between neighbours of an order.
  private mutating func sortOrder() {
    for rank in 0..<nodeCount { states[Int(byRank[rank])].rank = Int32(rank) }
    let sorted = byRank.sorted { left, right in
      let (left, right) = (states[Int(left)], states[Int(right)])
      return left.head == right.head ? left.rank < right.rank : left.head < right.head
    }
    for (rank, node) in sorted.enumerated() {
      byRank[rank] = node
      states[Int(node)].rank = Int32(rank)
    }
  }

  /// Times the heads of all operations. O(operations).
  mutating func timeHeads() {
    isPlain ? timeHeads(in: ChainGraph.self) : timeHeads(in: GeneralGraph.self)
  }

  private mutating func timeHeads<Graph: TimedGraph>(in graph: Graph.Type) {
    for rank in 0..<nodeCount {
      let index = Int(byRank[rank])
      let node = nodes[index]
      states[index].head = max(
        arrival(index, node, in: graph),
        free(before: Int(states[index].position), on: Int(node.device), for: node, in: graph))
    }
  }

  private mutating func timeTails() {
    isPlain ? timeTails(in: ChainGraph.self) : timeTails(in: GeneralGraph.self)
  }

  private mutating func timeTails<Graph: TimedGraph>(in graph: Graph.Type) {
    for rank in (0..<nodeCount).reversed() {
      let index = Int(byRank[rank])
      let node = nodes[index]
      states[index].tail = max(
        tailOfOutput(index, node, in: graph),
        tail(after: Int(states[index].position), on: Int(node.device), of: node, in: graph))
    }
  }

  private mutating func measureMemory() {
    for device in 0..<deviceCount {
      var memory = 0.0
      for position in bounds[device]..<bounds[device + 1] {
        held[position] = memory
        memory += nodes[Int(order[position])].change
      }
    }
  }

  /// Whether the loaded orders stay within every device's memory. O(operations).
  package var fitsMemory: Bool {
    (0..<deviceCount).allSatisfy { device in
      (bounds[device]..<bounds[device + 1]).allSatisfy { position in
        held[position] + nodes[Int(order[position])].growth <= capacities[device]
      }
    }
  }
}
