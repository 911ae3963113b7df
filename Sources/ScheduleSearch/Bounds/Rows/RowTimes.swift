/// What a sweep knows of a device's prefixes: the times of two rows, and what it kept of some others.
final class RowTimes {
  /// Row n stands at n mod 2.
  let rows: FlatArray<Double>
  /// The time at which the sweep begins, and that at which it ends.
  var start = -Double.infinity
  var end = -Double.infinity
  /// Of heads, per cut: the end of the first chain's operation that leads to each prefix of that row.
  var entered: [Int: FlatArray<Double>] = [:]
  /// Of tails: the heads that they meet, and per cut the least way through it so far.
  let heads: RowTimes?
  var least: [Int: Double] = [:]

  /// - Parameters:
  ///   - size: the prefixes of a row.
  ///   - heads: done with; the tails that meet them take over their rows.
  init(size: Int, toMeet heads: RowTimes?) {
    self.heads = heads
    rows = heads?.rows ?? FlatArray(repeating: .infinity, count: 2 * size)
    if heads != nil { rows.fill(.infinity) }
  }
}
