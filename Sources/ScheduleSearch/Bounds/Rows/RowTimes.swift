/// What a sweep knows of a device's prefixes: the times of two rows, and what it kept of some others.
final class RowTimes<Time: RowTime> {
  /// Row n stands at n mod 2.
  let rows: FlatArray<Time>
  /// The time at which the sweep begins, and that at which it ends.
  var start = -Double.infinity
  var end = -Double.infinity
  /// Per cut what is kept of that row: as heads, the end of the first chain's operation that leads to each of its prefixes;
  /// as tails, what follows each.
  var kept: [Int: FlatArray<Time>] = [:]

  /// - Parameter size: the prefixes of a row.
  init(size: Int) { rows = FlatArray(repeating: .infinity, count: 2 * size) }
}
