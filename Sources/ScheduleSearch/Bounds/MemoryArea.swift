import PipelineModel

/// The memory that a device's operations hold at least, times how long: what its limit leaves room for takes time.
///
/// Little's law with ramps: memory grows from nothing no faster than forward passes take it, and falls to nothing no
/// faster than backward passes give it back. docs/proofs.md has the argument.
struct MemoryArea {
  /// Memory times time of all visits, what is with a host left out.
  private(set) var area = 0.0
  /// The most that one operation takes or gives back.
  private var largest = 0.0
  /// How fast memory can grow and fall, per unit of time.
  private var rates = (growth: 0.0, fall: 0.0)

  /// Takes in equal visits of a stage.
  ///
  /// - Parameters:
  ///   - costs: the stage's memory.
  ///   - factor: that of the microbatch on it.
  ///   - untilGradient: from the end of `F` until the gradient's pass may start; `nil` without a backward pass.
  mutating func add(
    _ costs: Stage, factor: Double, count: Int, passes: PassTimes.Passes, untilGradient: Double?
  ) {
    let activation = costs.memory(.activation) * factor
    let checkpoint = costs.memory(.checkpoint) * factor
    let forW = costs.memory(.activationForW) * factor
    largest = max(largest, activation, checkpoint)
    rates.growth = max(rates.growth, Self.rate(checkpoint, in: passes.forward))
    guard let gradient = passes.gradient, let untilGradient else {
      area += Double(count) * checkpoint * passes.forward
      // Other visits' operations may give it back.
      if checkpoint > 0 { rates.fall = .infinity }
      return
    }
    let away = costs.memory(.offloaded) * factor * (untilGradient - passes.preparation)
    area +=
      Double(count)
      * (checkpoint * (passes.forward + untilGradient - passes.recompute) - away
        + activation * (passes.recompute + gradient) + forW * passes.rest)
    let growing = costs.recompute == nil ? gradient : passes.recompute
    rates.growth = max(rates.growth, Self.rate(activation - checkpoint, in: growing))
    rates.fall = max(rates.fall, Self.rate(activation, in: gradient + passes.rest))
    if passes.rest > 0 { rates.fall = max(rates.fall, Self.rate(forW, in: passes.rest)) }
  }

  private static func rate(_ memory: Double, in time: Double) -> Double {
    memory > 0 ? memory / time : 0
  }

  /// From the first start on the device to the last end at least; `nil` where memory says nothing.
  func leastTime(within limit: Double) -> Double? {
    guard area > 0, let (ramps, lost) = ramps(within: limit) else { return nil }
    let time = (area + lost) / limit
    // In less time than both ramps take, memory does not reach the limit.
    return time >= ramps ? time : nil
  }

  /// How long memory takes to grow and to fall, and the memory times time that it cannot hold meanwhile; `nil` where it
  /// has no limit, or nothing is held.
  func ramps(within limit: Double) -> (time: Double, lost: Double)? {
    let height = limit - largest
    guard limit.isFinite, limit > 0, height >= 0, rates.growth > 0, rates.fall > 0 else { return nil }
    let ramps = height / rates.growth + height / rates.fall
    return (ramps, height * ramps / 2)
  }
}
