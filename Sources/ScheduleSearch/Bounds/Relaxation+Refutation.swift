extension Relaxation where Prefixes == PrefixGraph {
  /// Raises a bound as far as refutations of shorter schedules go, within a fixed effort and the time.
  ///
  /// - Parameter frames: the devices that heads and tails belong to; empty for the makespan.
  func raise(
    _ steps: Double, until goal: Double, heads: [Times], tails: [Times], frames: [Int]
  ) -> Double {
    let fresh = Refutation(self, heads: heads, tails: tails, frames: frames, length: .infinity, effort: 0)
    return raise(steps, until: goal, from: fresh, knowing: fresh, .alone).steps
  }

  /// The same, and the first attempt that failed.
  ///
  /// - Parameters:
  ///   - fresh: what is known of schedules of any length.
  ///   - known: what is known of schedules up to some length.
  func raise(
    _ steps: Double, until goal: Double, from fresh: Refutation, knowing known: Refutation,
    _ most: RefutationEffort
  ) -> (steps: Double, open: Refutation?) {
    let denominator = max(1, fresh.frames.count)
    guard table.grid.isExact, steps > 0, steps * Double(16 * denominator * denominator) < 1e15,
      edgeCount * denominator * denominator < most.pass
    else { return (steps, nil) }
    var effort = most.total
    var known = known
    var open: Refutation?
    let raised = Raising(denominator: denominator, goal: goal).raise(steps) { length in
      guard effort > 0, !deadline.hasPassed else { return false }
      // What is known of all schedules up to some length holds for shorter ones.
      var refutation = length <= known.length ? known.copy() : fresh.copy()
      refutation.effort = effort
      refutation.shorten(to: length)
      defer { effort = refutation.effort }
      if refutation.run() { return true }
      known = refutation
      if open == nil { open = refutation }
      return false
    }
    return (raised, open)
  }
}

/// How many edges refutations may look at.
struct RefutationEffort {
  /// In a pass over all devices and frames.
  var pass: Int
  var total: Int

  static let alone = RefutationEffort(pass: 4_000_000, total: 20_000_000)
  /// With pairs there is hardly another bound that looks at orders, and times are tightened more often.
  static let pairs = RefutationEffort(pass: 20_000_000, total: 1_000_000_000)
}
