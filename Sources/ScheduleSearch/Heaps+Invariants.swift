#if DEBUG
  /// Checks that no element of a binary heap precedes its parent.
  private func checkHeap(count: Int, _ precedes: (Int, Int) -> Bool) {
    for child in 0..<count where child > 0 {
      precondition(!precedes(child, (child - 1) / 2), "element \(child) of a heap precedes its parent")
    }
  }

  extension EventQueue {
    /// Checks that events lie as a heap.
    func _checkInvariants() { checkHeap(count: heap.count) { heap[$0] < heap[$1] } }
  }

  extension TimedQueue {
    /// Checks that events lie as a heap.
    func _checkInvariants() { checkHeap(count: heap.count) { heap[$0].time < heap[$1].time } }
  }

  extension TailQueue {
    /// Checks that the work lies as a heap.
    func _checkInvariants() { checkHeap(count: items.count) { items[$0].tail > items[$1].tail } }
  }

  extension RouteTree {
    /// Checks that nodes lie as a heap.
    func _checkInvariants() { checkHeap(count: waiting.count, precedes) }
  }

  extension LaneQueues {
    /// Checks that every queue is within its room and in order of arrival.
    func _checkInvariants() {
      for queue in starts.indices {
        let end = queue + 1 < starts.count ? starts[queue + 1] : entries.count
        precondition(
          starts[queue] <= heads[queue] && heads[queue] <= tails[queue] && tails[queue] <= end,
          "queue \(queue) is out of its room")
        let waiting = entries[heads[queue]..<tails[queue]]
        for (first, second) in zip(waiting, waiting.dropFirst()) {
          precondition(first.arrival <= second.arrival, "queue \(queue) is out of order")
        }
      }
    }
  }
#endif
