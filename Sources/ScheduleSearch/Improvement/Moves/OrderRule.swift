import OperationGraph

/// Which parts of visits come before others of their device although no time says so, as an order is gone through.
struct OrderRule {
  /// Where what comes before each part begins in the list, and after the last part the list's end.
  private let starts: [Int32]
  private let before: [Int32]
  /// Per part, the last order looked at in which it has been met.
  private var marks: [UInt32]
  private var mark: UInt32 = 1

  /// Takes pairs of parts of which the first comes first; `nil` without any. O(parts + pairs).
  init?(parts count: Int, _ pairs: [(before: Int32, behind: Int32)]) {
    guard !pairs.isEmpty else { return nil }
    var starts = [Int32](repeating: 0, count: count + 1)
    for pair in pairs { starts[Int(pair.behind) + 1] += 1 }
    for part in 0..<count { starts[part + 1] += starts[part] }
    self.starts = starts
    before = pairs.sorted { $0.behind < $1.behind }.map(\.before)
    marks = Array(repeating: 0, count: count)
  }

  /// Whether all that comes before a part has been noted.
  @inline(__always)
  func allows(_ part: Int32) -> Bool {
    for place in Int(starts[Int(part)])..<Int(starts[Int(part) + 1])
    where marks[Int(before[place])] != mark { return false }
    return true
  }

  /// Notes a part; tells whether all that comes before it had been.
  @inline(__always)
  mutating func note(_ part: Int32) -> Bool {
    marks[Int(part)] = mark
    return allows(part)
  }

  /// Begins another order. O(1), but for once in four billion calls.
  mutating func forgetAll() {
    if mark == .max {
      for part in marks.indices { marks[part] = 0 }
      mark = 0
    }
    mark += 1
  }
}

extension LoweredProblem {
  /// The operations of a microbatch that read one output, each two of which the first comes first: so one is known to be the
  /// last, and its row releases the output.
  func readersInOrder(of microbatch: Int) -> [(ReadOutput.Reader, ReadOutput.Reader)] {
    outputs[Int(classOf[microbatch])].flatMap { Array($0.ordered) }
  }
}
