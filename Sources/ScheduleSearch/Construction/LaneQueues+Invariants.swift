#if DEBUG
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
