/// Times orders of blocks after every change.
protocol BlockTimer: ~Copyable {
  /// The devices that have operations.
  var busy: [Int] { get }

  /// Writes a device's order from one of its blocks on; those before it have been written already.
  mutating func write(_ order: [BlockModel.Block], on device: Int, from first: Int)
  /// The value of the orders that were written, in grid steps, which are then the present ones; `nil` where it is above a
  /// limit, or they are none to take: the present ones stay those before.
  mutating func value(atMost limit: Double) -> Double?
}
