/// Coded events by time, the earliest first: a binary heap.
///
/// Written by hand: in which order events of one time leave it is part of what a seed of a search means. Another heap
/// would find other routes, no worse, from the same seed.
struct TimedQueue {
  struct Event: BitwiseCopyable {
    var time: Double
    var code: Int32
  }

  private let heap: FlatArray<Event>
  private var count = 0
  /// The time of the last event taken; 0 before the first.
  private(set) var now = 0.0

  /// Makes room for so many events at a time.
  init(capacity: Int) { heap = FlatArray(repeating: Event(time: 0, code: 0), count: capacity) }

  /// The time of the first event; infinite without one.
  @inline(__always)
  var nextTime: Double { count == 0 ? .infinity : heap[0].time }

  mutating func removeAll() {
    count = 0
    now = 0
  }

  mutating func insert(_ time: Double, code: Int32) {
    var child = count
    count += 1
    while child > 0, time < heap[(child - 1) / 2].time {
      heap[child] = heap[(child - 1) / 2]
      child = (child - 1) / 2
    }
    heap[child] = Event(time: time, code: code)
  }

  /// Takes the first event.
  ///
  /// - Precondition: there is one.
  mutating func removeFirst() -> Event {
    let first = heap[0]
    now = first.time
    count -= 1
    let last = heap[count]
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < count else { break }
      if child + 1 < count, heap[child + 1].time < heap[child].time { child += 1 }
      guard heap[child].time < last.time else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    return first
  }
}
