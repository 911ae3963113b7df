import OperationGraph
import PipelineModel
import Timeline

/// A problem lowered to what annealing over blocks reads, for orders that the sweeping kernel times: those with
/// overlapped pairs, with queues of messages, or with whatever else depends on where operations stand.
///
/// A visit of a microbatch owns a fixed number of codes wherever its operations stand, so that orders keep their
/// lengths: a `BW` is followed by a code that does nothing.
struct BlockModel {
  /// What stands at one place of an order.
  struct Block: Hashable {
    enum Kind: UInt8 { case forward, backwardInput, backwardWeight, backward, pair }
    var kind: Kind
    /// The slot of the visit.
    var slot: Int32
    /// The slot of a pair's `BW`.
    var backward: Int32 = -1

    /// How many codes the block takes.
    @inline(__always)
    var codeCount: Int { kind == .pair ? 3 : kind == .backward ? 2 : 1 }
  }

  /// Where a block stands among the others of its stages: it has the first `F`, or the last backward pass, that its
  /// device runs on a stage.
  struct Place: OptionSet {
    let rawValue: UInt8
    static let first = Place(rawValue: 1)
    static let last = Place(rawValue: 2)
  }

  let problem: Problem
  let lowered: LoweredProblem
  /// The problem's rows with those of pairs and of the ends of orders, and last the one that does nothing.
  let variants: RowVariants
  /// Per slot: the first of its rows, its stage and its microbatch; -1 for an origin.
  let firstRow: [Int32]
  let stage: [Int32]
  let microbatch: [Int32]
  /// Where each device's codes begin, and after the last their number.
  let bounds: [Int]
  /// Whether `F` and `BW` may be joined.
  let mayPair: Bool
  /// Whether first and last operations of stages last otherwise than others.
  let hasEnds: Bool
  private let backward: SearchOptions.Backward
  private let visitRows: Int
  private let idleRow: Int32
  /// The row that stands for each of the problem's, place by place.
  private var rowsAtPlaces: [Int32] = []
  /// The row of the `F` of a pair by the visits' rows, place by place; -1 where the two never meet.
  private var pairedForward: [Int32] = []
  private var pairedBackward: [Int32] = []

  /// Lowers a problem, without pairs where too many unequal microbatches may pair.
  init(_ problem: Problem, backward: SearchOptions.Backward) {
    let lowered = LoweredProblem(problem)
    let stride = Int(LoweredProblem.stride)
    visitRows = lowered.rows.count / stride
    // Pairs need a whole `BW`.
    mayPair =
      problem.overlap != nil && backward != .split && visitRows * visitRows <= Effort.mostPairedVisits
    self.problem = problem
    self.lowered = lowered
    self.backward = backward
    hasEnds = lowered.hasEndDurations
    var firstRow = [Int32](repeating: -1, count: lowered.endCount / 2)
    var (stage, microbatches) = (firstRow, firstRow)
    var lengths = [Int](repeating: 0, count: problem.deviceCount)
    var rowsOfDevice = [Set<Int32>](repeating: [], count: problem.deviceCount)
    for microbatch in problem.microbatches.indices {
      for (position, visit) in problem.route(of: Microbatch.ID(microbatch)).visits.enumerated() {
        let slot = Int(lowered.originSlots[microbatch]) + 1 + position
        firstRow[slot] = lowered.row(of: .forward, at: Int32(position), for: microbatch)
        stage[slot] = visit.stage.rawValue
        microbatches[slot] = Int32(microbatch)
        lengths[visit.device.index] += problem.stages[visit.stage.index].codeCount
        rowsOfDevice[visit.device.index].insert(firstRow[slot])
      }
    }
    self.firstRow = firstRow
    self.stage = stage
    self.microbatch = microbatches
    bounds = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    var variants = RowVariants(lowered)
    let rowCount = lowered.rows.count
    for place in (hasEnds ? 0..<UInt8(4) : 0..<1).map({ Place(rawValue: $0) }) {
      let rowsHere = (0..<Int32(rowCount)).map { row in
        let isForward = lowered.traits[Int(row)].kind == .forward
        guard place.contains(isForward ? .first : .last), lowered.traits[Int(row)].exists else { return row }
        return variants.rowAtEnd(of: row)
      }
      rowsAtPlaces += rowsHere
      guard mayPair else { continue }
      var forwards = [Int32](repeating: -1, count: visitRows * visitRows)
      var backwards = [Int32](repeating: -1, count: visitRows)
      for rows in rowsOfDevice.map({ $0.sorted() }) {
        for forward in rows {
          for other in rows {
            let backward = other + Int32(Operation.Kind.backward.rawValue)
            guard lowered.traits[Int(backward)].exists,
              let pair = variants.rows(
                forward: rowsHere[Int(forward)], backward: rowsHere[Int(backward)])
            else { continue }
            forwards[Int(forward) / stride * visitRows + Int(other) / stride] = pair.forward
            backwards[Int(other) / stride] = pair.backward
          }
        }
      }
      pairedForward += forwards
      pairedBackward += backwards
    }
    idleRow = variants.appendIdle()
    self.variants = variants
  }

  /// Per device, in grid steps, above static memory.
  var capacities: [Double] { lowered.capacities }

  /// Whether a `BW` may be taken apart.
  func maySplit(_ slot: Int32) -> Bool { backward != .fused && isSplit(slot) }

  /// Whether a `B` and its `W` may be put together: without pairs or gaps, a `BW` is never shorter than its parts.
  func mayFuse(_ slot: Int32) -> Bool { backward == .auto && mayGainFromWhole && isSplit(slot) }

  /// Whether a `BW` may be shorter than its parts.
  var mayGainFromWhole: Bool { mayPair || problem.gainsFromWholeBackward }

  private func isSplit(_ slot: Int32) -> Bool { problem.stages[Int(stage[Int(slot)])].isSplit }

  /// The row of one kind of operation of a visit.
  func row(of kind: Operation.Kind, _ slot: Int32) -> OperationRow { lowered.rows[rowNumber(of: kind, slot)] }

  @inline(__always)
  private func rowNumber(of kind: Operation.Kind, _ slot: Int32) -> Int {
    Int(firstRow[Int(slot)] + Int32(kind.rawValue))
  }

  /// The mean duration of a code, in grid steps.
  var meanDuration: Double {
    let total = firstRow.indices.filter { firstRow[$0] >= 0 }.reduce(0) { sum, slot in
      let passes = problem.stages[Int(stage[slot])].passes(isFused: true)
      return passes.reduce(sum) { $0 + row(of: $1, Int32(slot)).duration }
    }
    return total / Double(max(1, bounds[bounds.count - 1]))
  }

  /// Writes the codes of a block at a position; returns how many.
  @inline(__always)
  func write(
    _ block: Block, at place: Place, to codes: KernelMemory<LoweredOrders.Code>, position: Int
  ) -> Int {
    let end = 2 * block.slot
    // An origin's `F` has always arrived.
    let nothing = LoweredOrders.Code(end: 0, row: idleRow)
    func row(_ kind: Operation.Kind) -> Int32 {
      rowsAtPlaces[Int(place.rawValue) * lowered.rows.count + rowNumber(of: kind, block.slot)]
    }
    switch block.kind {
    case .forward: codes[position] = LoweredOrders.Code(end: end, row: row(.forward))
    case .backwardInput: codes[position] = LoweredOrders.Code(end: end + 1, row: row(.backwardInput))
    case .backwardWeight: codes[position] = LoweredOrders.Code(end: end + 1, row: row(.backwardWeight))
    case .backward:
      codes[position] = LoweredOrders.Code(end: end + 1, row: row(.backward))
      codes[position + 1] = nothing
    case .pair:
      let pair = pairRows(block, at: place)
      codes[position] = LoweredOrders.Code(end: end, row: pair.forward)
      codes[position + 1] = LoweredOrders.Code(end: 2 * block.backward + 1, row: pair.backward)
      codes[position + 2] = nothing
    }
    return block.codeCount
  }

  @inline(__always)
  private func pairRows(_ block: Block, at place: Place) -> (forward: Int32, backward: Int32) {
    let stride = LoweredProblem.stride
    let (forward, backward) = (firstRow[Int(block.slot)] / stride, firstRow[Int(block.backward)] / stride)
    let first = Int(place.rawValue) * visitRows
    return (
      pairedForward[(first + Int(forward)) * visitRows + Int(backward)],
      pairedBackward[first + Int(backward)]
    )
  }

  /// How long a pair lasts that is neither first nor last, in grid steps.
  func duration(ofPair block: Block) -> Double {
    variants.rows[Int(pairRows(block, at: []).forward)].duration
  }

  /// What an operation takes at its start and gives back at its end, in grid steps.
  func memory(of kind: Operation.Kind, _ slot: Int32) -> (growth: Double, release: Double) {
    let traits = lowered.traits[rowNumber(of: kind, slot)]
    return (traits.growth, traits.release)
  }

  /// Whether an order stays within its device's memory.
  func fits(_ order: [Block], on device: Int) -> Bool {
    let capacity = lowered.capacities[device]
    if capacity == .infinity { return true }
    var held = 0.0
    for block in order {
      let first = memory(of: block.kind.operation, block.slot)
      let second = block.kind == .pair ? memory(of: .backward, block.backward) : (growth: 0, release: 0)
      held += first.growth + second.growth
      if held > capacity { return false }
      held -= first.release + second.release
    }
    return true
  }
}

extension BlockModel.Block.Kind {
  /// The operation of the block, or the first one of a pair.
  @inline(__always)
  var operation: Operation.Kind {
    switch self {
    case .forward, .pair: .forward
    case .backwardInput: .backwardInput
    case .backwardWeight: .backwardWeight
    case .backward: .backward
    }
  }
}

extension Stage {
  /// How many codes the operations of a visit take: a `BW` takes two.
  fileprivate var codeCount: Int {
    switch backward {
    case .split, .whole: 3
    case .input: 2
    case .none: 1
    }
  }
}
