/// What bounds each operation's time from one side, in grid steps.
///
/// As heads: its earliest start and earliest end. As tails: the least time from its end, and from its start, to the end
/// of the frame. The two differ by its duration, or by more where it may be part of a pair.
struct WindowEnds {
  private let arrays: (near: FlatArray<Double>, far: FlatArray<Double>)
  private let first: Int

  /// Of the start as a head, of the end as a tail.
  var near: UnsafeMutablePointer<Double> { arrays.near.base + first }
  /// Of the end as a head, of the start as a tail.
  var far: UnsafeMutablePointer<Double> { arrays.far.base + first }

  init(near: FlatArray<Double>, far: FlatArray<Double>, from first: Int = 0) {
    arrays = (near, far)
    self.first = first
  }

  init(count: Int) {
    self.init(near: FlatArray(repeating: 0, count: count), far: FlatArray(repeating: 0, count: count))
  }
}
