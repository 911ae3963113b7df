import PipelineModel

/// Orders lowered to codes that index a visit table, checked to hold every operation exactly once.
package struct LoweredOrders {
  /// One operation: the end it writes (`W`: the end of its `B`) and its row in the visit table.
  package struct Code: BitwiseCopyable {
    package var end: Int32
    package var row: Int32

    /// Joins an end to a row.
    @inline(__always)
    package init(end: Int32, row: Int32) {
      self.end = end
      self.row = row
    }
  }

  /// The problem's flat arrays.
  package let table: VisitTable
  /// The rows of the table and behind them those of overlapped pairs.
  package let rows: [VisitTable.Row]
  /// What the rows send, where transfers are serialised.
  package let queues: SendQueues
  /// The operations in the order of `Orders.operations`.
  package let codes: [Code]
  /// Where each order begins, and after the last order its end.
  package let bounds: [Int]

  /// Lowers a schedule's orders.
  ///
  /// - Throws: `TimelineError` naming the first operation that is unknown, misplaced, repeated or missing,
  ///   that comes before a piece of its sequence which it needs, or that is paired wrongly.
  /// - Complexity: O(operations).
  package init(_ schedule: Schedule) throws(TimelineError) {
    let table = VisitTable(schedule.problem)
    var done = [UInt8](repeating: 0, count: table.endCount / 2)
    var codes: [Code] = []
    codes.reserveCapacity(schedule.orders.operations.count)
    for device in schedule.problem.devices.indices.lazy.map({ Device.ID($0) }) {
      for operation in schedule.orders[device] {
        let position = try Self.position(of: operation, on: device, problem: schedule.problem, table: table)
        let microbatch = operation.microbatch.index
        let slot = table.originSlots[microbatch] + 1 + position
        let mask = Self.mask(of: operation.kind)
        guard done[Int(slot)] & mask == 0 else { throw .repeated(operation, device) }
        done[Int(slot)] |= mask
        if let piece = schedule.problem.pieceNeeded(by: operation) {
          let needed = table.originSlots[piece.microbatch.index] + 1 + position
          guard done[Int(needed)] & Self.mask(of: piece.kind) != 0 else {
            throw .pieceOutOfOrder(operation, device, needs: piece)
          }
        }
        codes.append(
          Code(
            end: 2 * slot + (operation.kind == .forward ? 0 : 1),
            row: table.firstRow[microbatch] + 4 * position + Int32(operation.kind.rawValue)))
      }
    }
    try Self.checkComplete(done, problem: schedule.problem, table: table)
    try Self.checkPairs(schedule.orders)
    var pairRows = PairRows(table)
    if let overlap = schedule.problem.overlap {
      for position in schedule.orders.pairs { pairRows.join(&codes, at: position, overlap) }
    }
    self.table = table
    self.codes = codes
    self.rows = pairRows.rows
    self.queues = pairRows.queues
    self.bounds = schedule.orders.bounds
  }

  /// Whether two operations somewhere run together.
  package var hasPairs: Bool { rows.count > table.rows.count }

  /// Whether the operation at a position is the `F` of a pair that runs together with the `BW` behind it.
  func opensPair(_ position: Int) -> Bool { rows[Int(codes[position].row)].opensPair }

  /// The positions of the operations that start together with the one at `position`, itself included. O(1).
  func startingTogether(with position: Int) -> ClosedRange<Int> {
    guard hasPairs else { return position...position }
    if opensPair(position) { return position...position + 1 }
    // A pair never crosses the orders.
    return position > 0 && opensPair(position - 1) ? position - 1...position : position...position
  }

  /// The end that the operation at a position waits for, as an index of the visit table's ends.
  func input(of position: Int) -> Int {
    let code = codes[position]
    return Int(code.end &+ rows[Int(code.row)].offset)
  }

  private static func checkPairs(_ orders: Orders) throws(TimelineError) {
    for position in orders.pairs {
      let (first, second) = (orders.operations[position], orders.operations[position + 1])
      guard first.kind == .forward, second.kind == .backward, first.microbatch != second.microbatch else {
        throw .wrongPair(first, second, orders.device(at: position))
      }
    }
  }

  /// Takes codes that are right by construction.
  package init(table: VisitTable, rows: PairRows, codes: [Code], bounds: [Int]) {
    self.table = table
    self.rows = rows.rows
    queues = rows.queues
    self.codes = codes
    self.bounds = bounds
  }

  private static func position(
    of operation: Operation, on device: Device.ID, problem: Problem, table: VisitTable
  ) throws(TimelineError) -> Int32 {
    guard problem.stages.indices.contains(operation.stage.index),
      problem.microbatches.indices.contains(operation.microbatch.index)
    else { throw .unknown(operation, device) }
    let route = Int(problem.routeIndexes[operation.microbatch.index])
    let position = table.positions[route * problem.stageCount + operation.stage.index]
    guard position >= 0 else { throw .unknown(operation, device) }
    let host = problem.routes[route].visits[Int(position)].device
    guard host == device else { throw .misplaced(operation, device, belongsOn: host) }
    return position
  }

  private static func mask(of kind: Operation.Kind) -> UInt8 {
    switch kind {
    case .forward: 1
    case .backwardInput: 2
    case .backwardWeight: 4
    case .backward: 6
    }
  }

  private static func checkComplete(
    _ done: [UInt8], problem: Problem, table: VisitTable
  ) throws(TimelineError) {
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let origin = Int(table.originSlots[microbatch.index])
      for (position, visit) in problem.route(of: microbatch).visits.enumerated() {
        let mask = done[origin + 1 + position]
        if mask == 7 { continue }
        let kind: Operation.Kind = mask & 1 == 0 ? .forward : mask & 2 == 0 ? .backwardInput : .backwardWeight
        throw .missing(Operation(kind, stage: visit.stage, microbatch: microbatch), visit.device)
      }
    }
  }
}
