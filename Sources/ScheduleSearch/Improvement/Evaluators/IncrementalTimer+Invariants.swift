#if DEBUG
  extension IncrementalTimer {
    /// Checks that heads, tails, value and memory are those of a fresh load of the same orders under the same
    /// releases, that the order is topological, and that nothing of a move is left over. Tests call it after moves.
    ///
    /// - Parameter model: the model that the timer was made for.
    package func _checkInvariants(_ model: SearchModel) {
      var fresh = IncrementalTimer(model)
      _ = fresh.releases.update(fromContentsOf: releases)
      let runs = fresh.load(orders)
      precondition(runs, "the orders cannot run")
      precondition(value == fresh.value, "the value is \(value), freshly loaded \(fresh.value)")
      for node in 0..<nodeCount {
        let (state, other) = (states[node], fresh.states[node])
        precondition(state.head == other.head, "node \(node): head \(state.head), loaded \(other.head)")
        precondition(state.tail == other.tail, "node \(node): tail \(state.tail), loaded \(other.tail)")
        precondition(order[Int(state.position)] == node, "node \(node) is not at its position")
        precondition(byRank[Int(state.rank)] == node, "node \(node) is not at its rank")
      }
      for position in 0..<nodeCount {
        precondition(
          held[position] == fresh.held[position],
          "position \(position): \(held[position]) held, loaded \(fresh.held[position])")
      }
      checkOrder()
      precondition(dirty.allSatisfy { $0 == 0 }, "ranks are still to be timed")
    }

    /// Checks that every operation ranks behind the one before it in its order and behind its producer.
    private func checkOrder() {
      for device in 0..<deviceCount {
        for position in bounds[device]..<bounds[device + 1] {
          let node = Int(order[position])
          precondition(Int(nodes[node].device) == device, "node \(node) is in the order of another device")
          let before = position > bounds[device] ? order[position - 1] : -1
          for other in [before, nodes[node].producer] where other >= 0 {
            precondition(
              states[Int(other)].rank < states[node].rank,
              "node \(other) ranks behind \(node), which needs it")
          }
        }
      }
    }
  }
#endif
