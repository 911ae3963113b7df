/// What the cost-aware heuristics do with `W` that wait: they fill waits, and make room.
extension ChunkRun {
  /// Runs the `W` that fit before a time at which an input arrives, and one more where the rest of the wait is longer
  /// than the device's patience.
  mutating func fillWait(until arrival: Double, on device: Int, patience: Double) {
    while let duration = weightDuration(on: device), Self.isMet(clocks[device] + duration, by: arrival) {
      runWeight(on: device)
    }
    if !Self.isMet(arrival, by: clocks[device] + patience) { runWeight(on: device) }
  }

  /// Runs `W` until a device can take so many more activations, or none waits.
  mutating func makeRoom(for activations: Double, on device: Int) {
    while !hasRoom(for: activations, on: device), hasWaitingWeights(on: device) { runWeight(on: device) }
  }

  /// Runs all `W` that wait on a device.
  mutating func runWaitingWeights(on device: Int) {
    while hasWaitingWeights(on: device) { runWeight(on: device) }
  }

  /// Whether a time is no later than another; sums of decimal times may miss it by a rounding error.
  static func isMet(_ time: Double, by limit: Double) -> Bool { time <= limit * (1 + 1e-9) }
}
