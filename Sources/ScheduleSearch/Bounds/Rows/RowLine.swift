/// Prefixes of a row that differ only in how many operations of one chain they lack, the *filler*: the `W`s, which
/// nobody waits for. Where a device has none, a line is one prefix.
///
/// A prefix of row n is told by its **lags**: how many operations each chain has done fewer than n whole microbatches
/// have. The lags of the other chains are those of the line.
struct RowLine: BitwiseCopyable {
  /// Where the time of lag 0 of the filler stands in a row, if that lag were there.
  var origin: Int32
  /// The lags of the filler, from `low` to `high`.
  var low: Int32
  var high: Int32
  /// How many microbatches the last gate of all is behind the first chain.
  var gateLag: Int32
  /// How many microbatches the slowest chain of the line is behind the first one: earlier rows lack the line.
  var firstRow: Int32
}

/// A step along a chain from one line to another, as the line that reads times at the other end knows it.
struct RowStep: BitwiseCopyable {
  /// Where the time at the other end stands whose filler's lag here is 0, if it were there.
  var origin: Int32
  /// How many rows earlier the row of that time stands.
  var rowsBack: Int32
  /// The lags of the filler here for which there is a step.
  var low: Int32
  var high: Int32
  /// How many operations the chain lags behind whole microbatches on the line.
  var lag: Int32

  /// No step, whatever the filler's lag.
  static let none = RowStep(origin: 0, rowsBack: 0, low: 0, high: -1, lag: 0)
}

/// A chain as rows read it.
struct RowChain: BitwiseCopyable {
  /// The first operation, counted on the device, and the distance to each following one.
  var first: Int
  var stride: Int
  /// The number of operations in a microbatch, and in all.
  var perMicrobatch: Int
  var count: Int

  /// The operation that follows so many others of the chain, counted on the device.
  @inline(__always)
  func operation(after done: Int) -> Int { first + done * stride }
}
