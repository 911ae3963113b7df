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

/// A step along a chain from one line to another.
struct RowStep: BitwiseCopyable {
  /// The line at the other end; -1 where there is no step.
  var line: Int32
  /// The largest lag of the filler, before the step, that leaves room for the operation.
  var room: Int32

  static let none = RowStep(line: -1, room: -1)
}
