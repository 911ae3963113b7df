extension IncrementalTimer {
  /// Moves the operation at a position some places earlier (below 0) or later, as far as memory and the order
  /// within its own visit allow, and keeps the move unless the value would exceed a threshold.
  ///
  /// An estimate decides first; it is exact unless operations that the move passes depend on each other through
  /// other devices. What it lets through is timed exactly. A move that would deadlock is refused.
  ///
  /// - Returns: whether the move was kept.
  /// - Complexity: O(places) when the estimate refuses; otherwise also what changes, at most O(operations).
  @inline(__always)
  package mutating func tryMove(at position: Int, by places: Int, threshold: Double) -> Bool {
    isPlain
      ? tryMove(at: position, by: places, threshold, in: ChainGraph.self)
      : tryMove(at: position, by: places, threshold, in: GeneralGraph.self)
  }

  @inline(__always)
  private mutating func tryMove<Graph: TimedGraph>(
    at position: Int, by places: Int, _ threshold: Double, in graph: Graph.Type
  ) -> Bool {
    let device = Int(nodes[Int(order[position])].device)
    if places > 0 {
      let limit = min(position + places, bounds[device + 1] - 1)
      let target = latest(from: position, to: limit, on: device)
      guard target > position, estimateLater(position, target, device, in: graph) <= threshold else {
        return false
      }
      return carryOut(from: position, to: target, device, threshold, in: graph)
    } else {
      let limit = max(position + places, bounds[device])
      let target = earliest(from: position, to: limit, on: device)
      guard target < position, estimateEarlier(position, target, device, in: graph) <= threshold else {
        return false
      }
      return carryOut(from: position, to: target, device, threshold, in: graph)
    }
  }

  // MARK: How far

  /// The last position up to `limit` that the operation can move to.
  private func latest(from position: Int, to limit: Int, on device: Int) -> Int {
    let index = order[position]
    let node = nodes[Int(index)]
    var target = position
    while target < limit {
      let other = order[target + 1]
      let passed = nodes[Int(other)]
      if other == node.later || other == node.consumer { break }
      if isFirstInFirstOut, passed.group == node.group { break }
      // What comes earlier now holds what the operation would have changed.
      let memory = held[target + 1] - node.change
      if memory + passed.growth > capacities[device] { break }
      // What the operation takes only while it runs has to fit at its new place.
      if node.growth > node.change, memory + passed.change + node.growth > capacities[device] { break }
      target += 1
    }
    return target
  }

  /// The first position down to `limit` that the operation can move to.
  private func earliest(from position: Int, to limit: Int, on device: Int) -> Int {
    let index = order[position]
    let node = nodes[Int(index)]
    let capacity = capacities[device]
    var target = position
    while target > limit {
      let other = order[target - 1]
      let passed = nodes[Int(other)]
      if other == node.earlier || other == node.producer { break }
      if isFirstInFirstOut, passed.group == node.group { break }
      let memory = held[target - 1]
      if memory + node.growth > capacity || memory + node.change + passed.growth > capacity { break }
      target -= 1
    }
    return target
  }

  // MARK: Estimates

  /// The longest path through the operations that a move to a later position touches, all else as it is.
  private func estimateLater<Graph: TimedGraph>(
    _ position: Int, _ target: Int, _ device: Int, in graph: Graph.Type
  ) -> Double {
    var next = nodes[Int(order[position + 1])]
    var clock = free(before: position, on: device, for: next, in: graph)
    let movedIndex = Int(order[position])
    let moved = nodes[movedIndex]
    for place in position + 1...target {
      let index = Int(order[place])
      let node = next
      let head = max(clock, arrival(index, node, in: graph))
      estimates[place - position] = head
      next = place == target ? moved : nodes[Int(order[place + 1])]
      clock = passing(head + node.duration, from: node, to: next, in: graph)
    }
    clock = max(clock, arrival(movedIndex, moved, in: graph)) + moved.duration
    var rest = max(
      tailOfOutput(movedIndex, moved, in: graph), tail(after: target, on: device, of: moved, in: graph))
    var longest = clock + rest
    rest += moved.duration
    for place in (position + 1...target).reversed() {
      let index = Int(order[place])
      let node = nodes[index]
      rest =
        max(tailOfOutput(index, node, in: graph), passing(rest, from: node, to: next, in: graph))
        + node.duration
      next = node
      longest = max(longest, estimates[place - position] + rest)
    }
    return longest
  }

  /// The longest path through the operations that a move to an earlier position touches, all else as it is.
  private func estimateEarlier<Graph: TimedGraph>(
    _ position: Int, _ target: Int, _ device: Int, in graph: Graph.Type
  ) -> Double {
    let movedIndex = Int(order[position])
    let moved = nodes[movedIndex]
    let start = max(
      free(before: target, on: device, for: moved, in: graph), arrival(movedIndex, moved, in: graph))
    var clock = start + moved.duration
    var last = moved
    for place in target..<position {
      let index = Int(order[place])
      let node = nodes[index]
      let head = max(passing(clock, from: last, to: node, in: graph), arrival(index, node, in: graph))
      estimates[place - target] = head
      clock = head + node.duration
      last = node
    }
    var rest = tail(after: position, on: device, of: last, in: graph)
    var longest = 0.0
    var next = moved
    for place in (target..<position).reversed() {
      let index = Int(order[place])
      let node = nodes[index]
      rest =
        max(
          tailOfOutput(index, node, in: graph),
          place == position - 1 ? rest : passing(rest, from: node, to: next, in: graph)) + node.duration
      next = node
      longest = max(longest, estimates[place - target] + rest)
    }
    return max(
      longest,
      start + moved.duration
        + max(tailOfOutput(movedIndex, moved, in: graph), passing(rest, from: moved, to: next, in: graph)))
  }

  // MARK: Carrying out

  private mutating func carryOut<Graph: TimedGraph>(
    from position: Int, to target: Int, _ device: Int, _ threshold: Double, in graph: Graph.Type
  ) -> Bool {
    let (first, last) = (min(position, target), max(position, target))
    let (low, high) = (Int(states[Int(order[first])].rank), Int(states[Int(order[last])].rank))
    guard
      target > position
        ? reorderLater(low, high, device, in: graph) : reorderEarlier(low, high, device, in: graph)
    else {
      return false
    }
    rotate(from: position, to: target)
    let settled = Int(states[Int(order[last])].rank)
    var changes = 0
    if timeHeads(from: first, to: last, device, settled: settled, threshold: threshold, &changes, in: graph) {
      let longest = longestSpan()
      if longest <= threshold {
        value = longest
        timeTails(from: first, to: last, device, in: graph)
        remember(first, last)
        return true
      }
    }
    for index in 0..<changes { states[Int(undo[index].node)].head = undo[index].head }
    rotate(from: target, to: position)
    for rank in low...high {
      byRank[rank] = savedByRank[rank]
      states[Int(savedByRank[rank])].rank = Int32(rank)
    }
    return false
  }

  /// Takes the operation at a position out and puts it in at another.
  private func rotate(from position: Int, to target: Int) {
    let moved = order[position]
    let step = target > position ? 1 : -1
    var place = position
    while place != target {
      let node = order[place + step]
      order[place] = node
      states[Int(node)].position = Int32(place)
      place += step
    }
    order[target] = moved
    states[Int(moved)].position = Int32(target)
  }

  /// Brings the memory before each position up to date after a move.
  private func remember(_ first: Int, _ last: Int) {
    var memory = held[first]
    for place in first...last {
      held[place] = memory
      memory += nodes[Int(order[place])].change
    }
  }
}
