import PipelineModel

/// The rows of a visit table and, behind them, those of the pairs that run together.
///
/// A pair's `F` gets a row with the duration of the pair, its `BW` one without any; pairs of the same two rows
/// share theirs.
package struct PairRows {
  /// The table's rows and those added.
  package private(set) var rows: [VisitTable.Row]
  /// What the rows send, where transfers are serialised.
  package private(set) var queues: SendQueues
  private let grid: DecimalGrid
  private var forwardRows: [SIMD2<Int32>: Int32] = [:]
  private var backwardRows: [Int32: Int32] = [:]

  /// Begins without pairs.
  package init(_ table: VisitTable) {
    rows = table.rows
    queues = table.queues
    grid = table.grid
  }

  /// Makes the operations at a position and behind it, an `F` and a `BW`, run together. O(1).
  mutating func join(_ codes: inout [LoweredOrders.Code], at position: Int, _ overlap: Overlap) {
    let pair = self.rows(forward: codes[position].row, backward: codes[position + 1].row, overlap)
    codes[position].row = pair.forward
    codes[position + 1].row = pair.backward
  }

  /// The rows that stand for those of an `F` and a `BW` while the two run together. O(1).
  package mutating func rows(
    forward: Int32, backward: Int32, _ overlap: Overlap
  ) -> (forward: Int32, backward: Int32) {
    let pairedForward = forwardRows[[forward, backward], default: Int32(rows.count)]
    if pairedForward == rows.count {
      forwardRows[[forward, backward]] = pairedForward
      var row = rows[Int(forward)]
      row.duration = grid.steps(
        row.duration + rows[Int(backward)].duration, timesMultiple: overlap.forwardBackward)
      row.opensPair = true
      rows.append(row)
      queues.append(copyOf: Int(forward))
    }
    let pairedBackward = backwardRows[backward, default: Int32(rows.count)]
    if pairedBackward == rows.count {
      backwardRows[backward] = pairedBackward
      rows.append(rows[Int(backward)])
      rows[rows.count - 1].duration = 0
      queues.append(copyOf: Int(backward))
    }
    return (pairedForward, pairedBackward)
  }

  /// Appends the row that does nothing and sends nothing. O(1).
  package mutating func appendIdle() {
    rows.append(.idle)
    queues.appendNothing()
  }
}
