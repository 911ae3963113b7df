extension Relaxation where Prefixes == PrefixGraph {
  /// Raises a bound as far as refutations of shorter schedules go, within a fixed effort and the time.
  ///
  /// - Parameter frames: the devices that heads and tails belong to; empty for the makespan.
  func raise(
    _ steps: Double, until goal: Double, heads: [Times], tails: [Times], frames: [Int]
  ) -> Double {
    let denominator = max(1, frames.count)
    guard table.grid.isExact, steps > 0, steps * Double(16 * denominator * denominator) < 1e15,
      edgeCount * denominator * denominator < Effort.pass
    else { return steps }
    var effort = Effort.total
    return Raising(denominator: denominator, goal: goal).raise(steps) { length in
      guard effort > 0, !deadline.hasPassed else { return false }
      var refutation = Refutation(
        self, heads: heads, tails: tails, frames: frames, length: length, effort: effort)
      defer { effort = refutation.effort }
      return refutation.run()
    }
  }

  /// How many edges refutations may look at.
  private enum Effort {
    /// In a pass over all devices and frames.
    static let pass = 4_000_000
    static let total = 20_000_000
  }
}
