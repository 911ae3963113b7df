/// How much worse a move may make a plan: less and less over a cycle of moves, then again from the start.
struct Cooling {
  /// A cycle's temperatures, in the neighbourhood's unit.
  struct Heat {
    /// Above the end, at the beginning.
    var rise: Double
    /// At the end.
    var end: Double
  }

  /// The cycles that take turns.
  private let heats: [Heat]
  /// The power of what is left of a cycle with which its heat falls.
  private let power: Int
  /// By how much cycles are longer when all heats have had their turn.
  private let growth: Double
  /// So many moves at a time are tried at one temperature, between two looks at the clock.
  let grain: Int
  private var fullLength: Int
  /// The moves of the present cycle.
  private(set) var length: Int
  private var done = 0
  private(set) var cycle: Int

  /// Describes cooling that begins with the heat of a number, so that chains can take turns in another order.
  init(_ heats: [Heat], power: Int, length: Int, growth: Double, grain: Int, firstCycle: Int = 0) {
    self.heats = heats
    self.power = power
    self.growth = growth
    self.grain = grain
    self.length = length
    fullLength = length
    cycle = firstCycle
  }

  /// The present temperature, in the neighbourhood's unit.
  var heat: Double {
    let left = 1 - Double(done) / Double(length)
    let heat = heats[cycle % heats.count]
    // Powers, not exponentials, which are not the same on every machine.
    return heat.rise * left * left * (power == 3 ? left : 1) + heat.end
  }

  /// Whether the cycle is over.
  var isOver: Bool { done >= length }

  /// Counts moves.
  mutating func advance(by count: Int) { done += count }

  /// Begins another cycle.
  ///
  /// - Parameter most: the moves that it has where it would be longer.
  mutating func restart(atMost most: Int = .max) {
    if done > 0 { cycle += 1 }
    if done > 0, cycle % heats.count == 0 { fullLength = Int(min(Double(fullLength) * growth, 0x1p40)) }
    done = 0
    length = max(1, min(fullLength, most))
  }
}

extension Cooling {
  /// Cooling of moves of single operations: up to some size, hot cycles that leave the valleys of small orders take
  /// turns with cool ones that polish.
  static func operations(_ count: Int, chain: Int) -> Cooling {
    let isSmall = count <= Effort.mostHotOperations
    let rises = isSmall ? [0.03, 0.3, 0.1, 0.03, 1] : [0.01]
    return Cooling(
      rises.map { Heat(rise: $0, end: isSmall ? 0.003 : 0.001) }, power: 2,
      length: Effort.cycleLength(operations: count), growth: 1.5,
      grain: count > Effort.mostFastOperations ? 16 : 256,
      // The first two begin one heat apart.
      firstCycle: chain ^ 1)
  }

  /// Cooling of moves of parameters, whose unit is the work of a microbatch on the slowest device.
  static func parameters(_ count: Int, chain: Int) -> Cooling {
    Cooling(
      [0.2, 0.1, 0.4].map { Heat(rise: $0, end: 0.002) }, power: 2, length: Effort.parameterCycleLength,
      growth: 2, grain: count > 2_000 ? 1 : 8, firstCycle: chain)
  }

  /// Cooling of runs of a dispatcher of pairs.
  static func pairing(chain: Int) -> Cooling {
    Cooling(
      [0.5, 0.15].map { Heat(rise: $0, end: 0.002) }, power: 2, length: Effort.runsPerCycle, growth: 1.5,
      grain: 4, firstCycle: chain)
  }

  /// Cooling of moves of blocks, which are timed whole.
  static func blocks(_ count: Int, chain: Int) -> Cooling {
    Cooling(
      [0.1, 0.5, 0.03, 1.5].map { Heat(rise: $0, end: 0.001) }, power: 2,
      length: Effort.cycleLength(operations: count), growth: 2,
      grain: count > Effort.mostFastOperations ? 1 : 128,
      // The first two begin from different orders, so that they need not differ in heat.
      firstCycle: chain / 2)
  }

  /// Cooling of moves of operations and modes, which are timed whole.
  static func modes(_ count: Int, chain: Int) -> Cooling {
    Cooling(
      [0.3, 1, 0.1].map { Heat(rise: $0, end: 0.003) }, power: 2,
      length: Effort.cycleLength(operations: count), growth: 1.5,
      grain: count > Effort.mostFastOperations ? 1 : 128, firstCycle: chain)
  }

  /// Cooling of moves of blocks that are timed under scenarios: short cycles first, as a move takes long, and cool ones, as
  /// a mean tells small steps apart.
  static func scenarios(_ count: Int) -> Cooling {
    Cooling(
      [0.02, 0.005].map { Heat(rise: $0, end: 0.001) }, power: 2,
      length: Effort.scenarioCycleLength(operations: count),
      growth: 2, grain: 8)
  }

  /// Cooling of moves of routes, whose unit is the makespan. Cycles of chains that start anew stay short.
  static func routes(startsAnew: Bool) -> Cooling {
    Cooling(
      routeHeats.map { Heat(rise: 0.99 * $0, end: 0.01 * $0) }, power: 3,
      length: Effort.routeCycleLength, growth: startsAnew ? 1 : routeGrowth, grain: 1)
  }

  private static let routeHeats = [0.02, 0.01, 0.005]
  private static let routeGrowth = 2.0

  /// The moves of a round: those of a cycle that grows.
  static func routeLength(ofRound round: Int) -> Int {
    let growths = min(round / routeHeats.count, 24)
    return (0..<growths).reduce(Effort.routeCycleLength) { length, _ in Int(Double(length) * routeGrowth) }
  }
}
