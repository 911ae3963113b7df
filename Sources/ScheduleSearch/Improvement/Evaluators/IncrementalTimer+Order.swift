/// The topological order after a move, by the local search of Pearce and Kelly ("A Dynamic Topological Sort
/// Algorithm for Directed Acyclic Graphs", JEA 2006): only ranks between the two ends of the move change.
extension IncrementalTimer {
  /// Moves the node of rank `low`, and all that then depends on it, behind the node of rank `high` of the same
  /// order; refuses where that node depends on it through other devices. Called before the order changes.
  mutating func reorderLater<Graph: TimedGraph>(
    _ low: Int, _ high: Int, _ device: Int, in graph: Graph.Type
  ) -> Bool {
    clearMarks()
    marks[Int(byRank[low])] = mark
    savedByRank[low] = byRank[low]
    for rank in low + 1...high {
      let index = Int(byRank[rank])
      savedByRank[rank] = Int32(index)
      let node = nodes[index]
      var depends = node.producer >= 0 && marks[Int(node.producer)] == mark
      if !graph.isPlain, node.hasFurtherLinks, !depends {
        depends = producers(of: index).contains { marks[Int($0.node)] == mark }
      }
      if Int(node.device) == device {
        // Between the ends, the device's own operations are those that the move passes.
        if depends { return false }
      } else {
        let position = Int(states[index].position)
        if position > bounds[Int(node.device)], marks[Int(order[position - 1])] == mark { depends = true }
      }
      if depends { marks[index] = mark }
    }
    var place = low
    for rank in low...high where marks[Int(savedByRank[rank])] != mark { put(savedByRank[rank], &place) }
    for rank in low...high where marks[Int(savedByRank[rank])] == mark { put(savedByRank[rank], &place) }
    return true
  }

  /// Moves the node of rank `high`, and all that it then depends on, ahead of the node of rank `low`.
  mutating func reorderEarlier<Graph: TimedGraph>(
    _ low: Int, _ high: Int, _ device: Int, in graph: Graph.Type
  ) -> Bool {
    clearMarks()
    marks[Int(byRank[high])] = mark
    savedByRank[high] = byRank[high]
    for rank in (low..<high).reversed() {
      let index = Int(byRank[rank])
      savedByRank[rank] = Int32(index)
      let node = nodes[index]
      var supplies = node.consumer >= 0 && marks[Int(node.consumer)] == mark
      if !graph.isPlain, node.hasFurtherLinks, !supplies {
        supplies = consumers(of: index).contains { marks[Int($0.node)] == mark }
      }
      if Int(node.device) == device {
        if supplies { return false }
      } else {
        let position = Int(states[index].position)
        if position + 1 < bounds[Int(node.device) + 1], marks[Int(order[position + 1])] == mark {
          supplies = true
        }
      }
      if supplies { marks[index] = mark }
    }
    var place = low
    for rank in low...high where marks[Int(savedByRank[rank])] == mark { put(savedByRank[rank], &place) }
    for rank in low...high where marks[Int(savedByRank[rank])] != mark { put(savedByRank[rank], &place) }
    return true
  }

  @inline(__always)
  private func put(_ node: Int32, _ place: inout Int) {
    byRank[place] = node
    states[Int(node)].rank = Int32(place)
    place += 1
  }
}
