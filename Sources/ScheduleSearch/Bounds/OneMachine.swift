import HeapModule
import PipelineModel

/// Jackson's preemptive schedule of one device: of the work that has arrived, the one with the longest tail runs.
///
/// It is the shortest schedule if operations may be interrupted (Jackson, 1955; Carlier, 1982), and its length
/// is the largest r + p(J) + q over sets J of operations with heads from r and tails from q. O(n log n).
struct OneMachine {
  /// The set of operations that proves the length.
  struct Block {
    /// The earliest start of one of them and the operation that starts first.
    var opens: Double
    var opening: Int
    /// Their work.
    var work: Double
    /// The shortest tail of one of them.
    var tail: Double
    /// The operations with such tails, by kind, that are done before: `F`, `B`, `W` and `R`.
    var before: [Int]

    var length: Double { opens + work + tail }
  }

  /// The proving set of a device's operations; `nil` for a device without operations.
  static func block(
    of range: Range<Int>, heads: FlatArray<Double>, tails: FlatArray<Double>, table: OperationTable
  ) -> Block? {
    guard !range.isEmpty else { return nil }
    let arrivals = range.sorted { (heads[$0], $0) < (heads[$1], $1) }
    guard let tail = criticalTail(arrivals, heads, tails, table.duration) else { return nil }
    var block = Block(opens: 0, opening: arrivals[0], work: 0, tail: tail, before: [0, 0, 0, 0])
    var before = block.before
    for operation in arrivals where tails[operation] >= tail {
      if block.work == 0 || heads[operation] > block.opens + block.work {
        block = Block(opens: heads[operation], opening: operation, work: 0, tail: tail, before: before)
      }
      block.work += table.duration[operation]
      before[Int(table.pass[operation].rawValue)] += 1
    }
    return block
  }

  /// The tail of the operation at which the preemptive schedule is longest.
  private static func criticalTail(
    _ arrivals: [Int], _ heads: FlatArray<Double>, _ tails: FlatArray<Double>, _ duration: FlatArray<Double>
  ) -> Double? {
    var queue: Heap<ArrivedWork> = []
    var clock = -Double.infinity
    var longest: (length: Double, tail: Double)?
    var arrived = 0
    while arrived < arrivals.count || !queue.isEmpty {
      if queue.isEmpty { clock = max(clock, heads[arrivals[arrived]]) }
      while arrived < arrivals.count, heads[arrivals[arrived]] <= clock {
        let operation = arrivals[arrived]
        queue.insert(ArrivedWork(tail: tails[operation], rest: duration[operation]))
        arrived += 1
      }
      guard var item = queue.popMax() else { continue }
      let pause = arrived < arrivals.count ? heads[arrivals[arrived]] : .infinity
      if clock + item.rest > pause {
        item.rest -= pause - clock
        clock = pause
        queue.insert(item)
      } else {
        clock += item.rest
        let length = clock + item.tail
        // Of equal lengths the one with the shortest tail has the most work to show.
        if (length, -item.tail) > longest.map({ ($0.length, -$0.tail) }) ?? (-.infinity, 0) {
          longest = (length, item.tail)
        }
      }
    }
    return longest?.tail
  }
}

/// Work that has arrived: less is what has the shorter tail.
private struct ArrivedWork: Comparable {
  var tail: Double
  var rest: Double

  static func < (left: ArrivedWork, right: ArrivedWork) -> Bool {
    (left.tail, left.rest) < (right.tail, right.rest)
  }
}
