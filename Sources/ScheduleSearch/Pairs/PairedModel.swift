import PipelineModel
import Timeline

/// A problem whose pairs overlap or whose messages wait for each other, lowered to what annealing over blocks reads.
///
/// A visit of a microbatch owns three codes wherever its operations stand, so that orders keep their lengths: a fused
/// `BW` is followed by a code that does nothing.
struct PairedModel {
  /// What stands at one place of a order.
  struct Block: Hashable {
    enum Kind: UInt8 { case forward, backwardInput, backwardWeight, backward, pair }
    var kind: Kind
    /// The slot of the visit.
    var slot: Int32
    /// The slot of a pair's `BW`.
    var backward: Int32 = -1
  }

  let problem: Problem
  let table: VisitTable
  let ledger: MemoryLedger
  /// The table's rows, those of pairs, and last the one that does nothing.
  var rows: [VisitTable.Row] { pairRows.rows }
  let pairRows: PairRows
  /// Per slot: the first of its four rows in the table, its stage and its microbatch.
  let firstRow: [Int32]
  let stage: [Int32]
  let microbatch: [Int32]
  /// Per device: three codes for every visit.
  let bounds: [Int]
  /// Per device, in grid steps, above static memory.
  var capacities: [Double] { ledger.capacities }
  let optimizerSteps: [Double]
  /// Whether `F` and `BW` may be joined.
  let mayPair: Bool
  /// Whether `BW` may be taken apart.
  let maySplit: Bool
  /// Whether `B` and `W` may be put together.
  let mayFuse: Bool
  private let visitRows: Int
  /// The row of the `F` of a pair, by the visits' rows; -1 where the two never meet.
  private let pairedForward: [Int32]
  private let pairedBackward: [Int32]

  /// Lowers a problem, without pairs where too many unequal microbatches may pair.
  init(_ problem: Problem, backward: SearchOptions.Backward) {
    let table = VisitTable(problem)
    let visitRows = table.rows.count / 4
    // Pairs need a fused `BW`.
    let mayPair = backward != .split && visitRows * visitRows <= Effort.mostPairedVisits
    let overlap = mayPair ? problem.overlap : nil
    self.problem = problem
    self.table = table
    self.mayPair = overlap != nil
    maySplit = backward != .fused
    // Without pairs to gain, a `BW` is never shorter than its parts.
    mayFuse = maySplit && overlap != nil
    self.visitRows = visitRows
    ledger = MemoryLedger(problem)
    var firstRow = [Int32](repeating: -1, count: table.endCount / 2)
    var (stage, microbatches) = (firstRow, firstRow)
    var lengths = [Int](repeating: 0, count: problem.deviceCount)
    var rowsOfDevice = [Set<Int32>](repeating: [], count: problem.deviceCount)
    for microbatch in problem.microbatches.indices {
      for (position, visit) in problem.route(of: Microbatch.ID(microbatch)).visits.enumerated() {
        let slot = Int(table.originSlots[microbatch]) + 1 + position
        firstRow[slot] = table.firstRow[microbatch] + 4 * Int32(position)
        stage[slot] = visit.stage.rawValue
        microbatches[slot] = Int32(microbatch)
        lengths[visit.device.index] += 3
        rowsOfDevice[visit.device.index].insert(firstRow[slot])
      }
    }
    var pairRows = PairRows(table)
    var pairedForward = [Int32](repeating: -1, count: overlap == nil ? 0 : visitRows * visitRows)
    var pairedBackward = [Int32](repeating: -1, count: visitRows)
    if let overlap {
      for rows in rowsOfDevice.map({ $0.sorted() }) {
        for forward in rows {
          for backward in rows {
            let pair = pairRows.rows(forward: forward, backward: backward + 3, overlap)
            pairedForward[Int(forward / 4) * visitRows + Int(backward / 4)] = pair.forward
            pairedBackward[Int(backward / 4)] = pair.backward
          }
        }
      }
    }
    pairRows.appendIdle()
    self.pairRows = pairRows
    self.firstRow = firstRow
    self.stage = stage
    self.microbatch = microbatches
    self.pairedForward = pairedForward
    self.pairedBackward = pairedBackward
    bounds = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    optimizerSteps = VisitTable.optimizerSteps(of: problem, on: table.grid)
  }

  /// The mean duration of an operation, in grid steps.
  var meanDuration: Double {
    let total = firstRow.filter { $0 >= 0 }.reduce(0) {
      $0 + rows[Int($1)].duration + rows[Int($1) + 3].duration
    }
    return total / Double(max(1, bounds[bounds.count - 1]))
  }

  /// Writes the codes of a block at a position, one for `F`, `B` and `W`, two for `BW`, three for a pair; returns
  /// how many.
  @inline(__always)
  func write(_ block: Block, to codes: KernelMemory<LoweredOrders.Code>, at position: Int) -> Int {
    let end = 2 * block.slot
    let row = firstRow[Int(block.slot)]
    // An origin's `F` has always arrived.
    let nothing = LoweredOrders.Code(end: 0, row: Int32(rows.count - 1))
    switch block.kind {
    case .forward: codes[position] = LoweredOrders.Code(end: end, row: row)
    case .backwardInput: codes[position] = LoweredOrders.Code(end: end + 1, row: row + 1)
    case .backwardWeight: codes[position] = LoweredOrders.Code(end: end + 1, row: row + 2)
    case .backward:
      codes[position] = LoweredOrders.Code(end: end + 1, row: row + 3)
      codes[position + 1] = nothing
      return 2
    case .pair:
      let other = Int(firstRow[Int(block.backward)] / 4)
      codes[position] = LoweredOrders.Code(end: end, row: pairedForward[Int(row / 4) * visitRows + other])
      codes[position + 1] = LoweredOrders.Code(end: 2 * block.backward + 1, row: pairedBackward[other])
      codes[position + 2] = nothing
      return 3
    }
    return 1
  }

  /// How long a pair lasts, in grid steps.
  func duration(ofPair block: Block) -> Double {
    let (forward, backward) = (firstRow[Int(block.slot)] / 4, firstRow[Int(block.backward)] / 4)
    return rows[Int(pairedForward[Int(forward) * visitRows + Int(backward)])].duration
  }

  /// Whether a order stays within its device's memory.
  func fits(_ order: [Block], on device: Int) -> Bool {
    var held = 0.0
    for block in order {
      let stage = Int(stage[Int(block.slot)])
      switch block.kind {
      case .forward, .pair: held += ledger.forB[stage]
      case .backwardInput: held -= ledger.forB[stage] - ledger.forW[stage]
      case .backwardWeight: held -= ledger.forW[stage]
      case .backward: held -= ledger.forB[stage]
      }
      if held > capacities[device] { return false }
      if block.kind == .pair { held -= ledger.forB[Int(self.stage[Int(block.backward)])] }
    }
    return true
  }
}

extension PairedModel {
  /// The blocks of orders that hold every operation once.
  func blocks(of orders: Orders) -> [[Block]] {
    var slots: [SIMD2<Int32>: Int32] = [:]
    for slot in stage.indices where stage[slot] >= 0 { slots[[stage[slot], microbatch[slot]]] = Int32(slot) }
    let pairs = Set(mayPair ? orders.pairs : [])
    return (0..<orders.deviceCount).map { device in
      var blocks: [Block] = []
      for position in orders.range(of: Device.ID(device)) where !pairs.contains(position - 1) {
        func slot(_ operation: Operation) -> Int32 {
          slots[[operation.stage.rawValue, operation.microbatch.rawValue], default: 0]
        }
        let operation = orders.operations[position]
        if pairs.contains(position) {
          let other = slot(orders.operations[position + 1])
          blocks.append(Block(kind: .pair, slot: slot(operation), backward: other))
        } else {
          let kind = Block.Kind(rawValue: operation.kind.rawValue) ?? .forward
          blocks.append(Block(kind: kind, slot: slot(operation)))
        }
      }
      return blocks
    }
  }

  /// The orders of blocks.
  func orders(of blocks: [[Block]]) -> Orders {
    var operations: [Operation] = []
    var bounds = [0]
    var pairs: [Int] = []
    func append(_ kind: Operation.Kind, _ slot: Int32) {
      operations.append(
        Operation(
          kind, stage: Stage.ID(rawValue: stage[Int(slot)]),
          microbatch: Microbatch.ID(rawValue: microbatch[Int(slot)])))
    }
    for order in blocks {
      for block in order {
        if block.kind == .pair { pairs.append(operations.count) }
        append(Operation.Kind(rawValue: block.kind.rawValue) ?? .forward, block.slot)
        if block.kind == .pair { append(.backward, block.backward) }
      }
      bounds.append(operations.count)
    }
    return Orders(operations: operations, bounds: bounds, pairs: pairs)
  }
}
