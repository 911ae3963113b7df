extension Relaxation where Prefixes == PrefixGraph {
  /// Raises a bound as far as refutations of shorter schedules go, within a fixed effort and the time.
  ///
  /// - Parameter frames: the devices that heads and tails belong to; empty for the makespan.
  func raise(
    _ steps: Double, until goal: Double, heads: [Times], tails: [Times], frames: [Int],
    pairs: PairTable? = nil
  ) -> Double {
    let denominator = max(1, frames.count)
    let most = pairs == nil ? Effort.alone : Effort.pairs
    guard table.grid.isExact, steps > 0, steps * Double(16 * denominator * denominator) < 1e15,
      edgeCount * denominator * denominator < most.pass
    else { return steps }
    var effort = most.total
    // What is known of all schedules of some length holds for shorter ones.
    var known = Refutation(
      self, heads: heads, tails: tails, frames: frames, length: .infinity, effort: effort, pairs: pairs)
    return Raising(denominator: denominator, goal: goal).raise(steps) { length in
      guard effort > 0, !deadline.hasPassed else { return false }
      var refutation = known.copy()
      refutation.effort = effort
      refutation.shorten(to: length)
      defer { effort = refutation.effort }
      if refutation.run() { return true }
      known = refutation
      return false
    }
  }

  /// How many edges refutations may look at.
  private struct Effort {
    /// In a pass over all devices and frames.
    var pass: Int
    var total: Int

    static let alone = Effort(pass: 4_000_000, total: 20_000_000)
    /// With pairs there is no other bound that looks at orders, and times are tightened more often.
    static let pairs = Effort(pass: 20_000_000, total: 1_000_000_000)
  }
}
