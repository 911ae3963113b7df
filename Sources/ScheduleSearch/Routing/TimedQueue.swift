/// Coded events by time, the earliest first: a binary heap.
///
/// Written by hand: in which order events of one time leave it is part of what a seed of a search means. Another heap
/// would find other routes, no worse, from the same seed.
struct TimedQueue {
  struct Event {
    var time: Double
    var code: Int32
  }

  private(set) var heap: [Event] = []
  /// The time of the last event taken; 0 before the first.
  private(set) var now = 0.0

  var nextTime: Double? { heap.first?.time }

  mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
    now = 0
  }

  mutating func insert(_ time: Double, code: Int32) {
    heap.append(Event(time: time, code: code))
    var child = heap.count - 1
    while child > 0, heap[child].time < heap[(child - 1) / 2].time {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Event? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    now = first.time
    guard !heap.isEmpty else { return first }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
      guard heap[child].time < last.time else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    return first
  }
}
