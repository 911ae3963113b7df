extension Simulation {
  /// The iteration time in the long run, when each device starts its next iteration as soon as it can; without
  /// the tail.
  ///
  /// It is the maximum cycle mean of the matrix L of longest paths from the first start on one device to the
  /// last end on another. L itself is not needed: for the times x at which the devices become free, one
  /// iteration gives `max over d of x(d) + L(d, e)`, the product of L and x in max-plus algebra. Each such
  /// product brackets the period between the least and the largest step of a device (Collatz and Wielandt),
  /// and the bracket closes after a few iterations unless several cycles compete or devices do not hear of
  /// each other. Then D products from x = 0 for D devices settle it (Karp, A characterization of the minimum
  /// cycle mean in a digraph, Discrete Mathematics 23, 1978); they are run twice because keeping them all
  /// would take D² memory. What is handed over from one iteration to the next takes part like a device. Every device that has operations reaches itself, so no product is minus infinity.
  ///
  /// - Complexity: O(D n) at worst, O(n + D) memory.
  mutating func period() -> Double {
    let origin = beginning
    var clocks = origin
    for _ in states {
      let before = clocks
      run(&clocks)
      let steps = states.map { clocks[$0] - before[$0] }
      guard let least = steps.min(), let largest = steps.max() else { return 0 }
      // A tenth of what counts as a difference, so that the bracket's width never does.
      if largest - least <= 0.1 * Tolerance.around(largest) { return (least + largest) / 2 }
    }
    return karp(from: origin, to: clocks)
  }

  /// The maximum cycle mean from the products after as many iterations as there are active devices.
  private mutating func karp(from origin: [Double], to final: [Double]) -> Double {
    var clocks = origin
    var means = [Double](repeating: .infinity, count: final.count)
    for remaining in (1...states.count).reversed() {
      for state in states {
        means[state] = min(means[state], (final[state] - clocks[state]) / Double(remaining))
      }
      run(&clocks)
    }
    return states.reduce(0) { max($0, means[$1]) }
  }
}
