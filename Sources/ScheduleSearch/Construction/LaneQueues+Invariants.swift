#if DEBUG
  extension LaneQueues {
    /// Checks that every queue is within its room, in order of arrival, and knows its first arrival.
    func _checkInvariants() {
      for (index, queue) in queues.enumerated() {
        let end = index + 1 < queues.count ? Int(queues[index + 1].start) : entries.count
        precondition(
          queue.start <= queue.head && queue.head <= queue.tail && Int(queue.tail) <= end,
          "queue \(index) is out of its room")
        let waiting = entries[Int(queue.head)..<Int(queue.tail)]
        precondition(queue.arrival == waiting.first?.arrival ?? .infinity, "queue \(index) forgot its first")
        for (first, second) in zip(waiting, waiting.dropFirst()) {
          precondition(first.arrival <= second.arrival, "queue \(index) is out of order")
        }
      }
    }
  }
#endif
