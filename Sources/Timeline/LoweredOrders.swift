import OperationGraph
import PipelineModel

/// Orders lowered to codes that index the rows of a lowered problem, checked to hold every operation exactly once.
package struct LoweredOrders {
  /// One operation: the end it writes (`W`: the end of its `B`) and its row.
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

  /// The lowered problem.
  package let problem: LoweredProblem
  /// The problem's rows and behind them those of operations that last otherwise where they stand.
  package let rows: [OperationRow]
  /// What else is known of the rows.
  package let traits: [RowTraits]
  /// The operations in the order of `Orders.operations`.
  package let codes: [Code]
  /// Where each order begins, and after the last order its end.
  package let bounds: [Int]
  /// Whether two operations somewhere run together.
  package let hasPairs: Bool
  /// What operations wait for until their device has room; none where nothing is offloaded.
  package let rooms: RoomWaits

  /// Lowers a schedule's orders.
  ///
  /// - Throws: `TimelineError` naming the first operation that is unknown, misplaced, repeated or missing,
  ///   that comes before a piece of its sequence which it needs, or that is paired wrongly.
  /// - Complexity: O(operations).
  package init(_ schedule: Schedule) throws(TimelineError) {
    let problem = LoweredProblem(schedule.problem)
    var coverage = Coverage(of: problem)
    var codes: [Code] = []
    codes.reserveCapacity(schedule.orders.operations.count)
    for device in schedule.problem.devices.indices.lazy.map({ Device.ID($0) }) {
      for operation in schedule.orders[device] {
        let position = try Self.position(of: operation, on: device, in: problem)
        try coverage.add(operation, at: position, on: device)
        let microbatch = operation.microbatch.index
        codes.append(
          Code(
            end: problem.end(of: operation.kind, at: position, for: microbatch),
            row: problem.row(of: operation.kind, at: position, for: microbatch)))
      }
    }
    try coverage.checkComplete()
    try Self.checkPairs(schedule.orders)
    var variants = RowVariants(problem)
    if problem.hasEndDurations { Self.setEnds(of: schedule.orders, &codes, &variants) }
    let pairs = problem.problem.overlap == nil ? [] : schedule.orders.pairs
    for position in pairs {
      guard
        let pair = variants.rows(forward: codes[position].row, backward: codes[position + 1].row)
      else { continue }
      codes[position].row = pair.forward
      codes[position + 1].row = pair.backward
    }
    self.init(
      problem: problem, variants: variants, codes: codes, bounds: schedule.orders.bounds,
      hasPairs: !pairs.isEmpty)
  }

  /// Takes codes that are right by construction.
  package init(
    problem: LoweredProblem, variants: RowVariants, codes: [Code], bounds: [Int], hasPairs: Bool
  ) {
    self.init(
      problem: problem, rows: variants.rows, traits: variants.traits, codes: codes, bounds: bounds,
      hasPairs: hasPairs)
  }

  private init(
    problem: LoweredProblem, rows: [OperationRow], traits: [RowTraits], codes: [Code], bounds: [Int],
    hasPairs: Bool
  ) {
    self.problem = problem
    self.rows = rows
    self.traits = traits
    self.codes = codes
    self.bounds = bounds
    self.hasPairs = hasPairs
    rooms = RoomWaits(problem: problem, rows: rows, traits: traits, codes: codes, bounds: bounds)
  }

  /// The same orders with a row for every operation, at the operation's position. O(operations).
  var withRowPerOperation: LoweredOrders {
    LoweredOrders(
      problem: problem, rows: codes.map { rows[Int($0.row)] }, traits: codes.map { traits[Int($0.row)] },
      codes: codes.enumerated().map { Code(end: $1.end, row: Int32($0)) }, bounds: bounds, hasPairs: hasPairs)
  }

  /// Whether the operation at a position is the `F` of a pair that runs together with the `BW` behind it.
  func opensPair(_ position: Int) -> Bool { rows[Int(codes[position].row)].opensPair }

  /// The positions of the operations that start together with the one at `position`, itself included. O(1).
  func startingTogether(with position: Int) -> ClosedRange<Int> {
    guard hasPairs else { return position...position }
    if opensPair(position) { return position...position + 1 }
    // A pair never crosses the orders.
    return position > 0 && opensPair(position - 1) ? position - 1...position : position...position
  }

  /// The ends of its iteration that the operation at a position waits for, with the time from each until its output has arrived.
  func inputs(of position: Int) -> [(end: Int, latency: Double)] {
    let code = codes[position]
    let row = rows[Int(code.row)]
    let further = problem.furtherInputs[traits[Int(code.row)].furtherInputs.indices]
    return [(Int(code.end &+ row.offset), row.latency)]
      + further.map { ($0.place(from: code.end), $0.latency) }.filter { !isHandover($0.0) }
      + (rooms[position].map { [$0] } ?? [])
  }

  /// Whether a place among the ends is where something arrives that the iteration before hands over. O(log handovers).
  private func isHandover(_ place: Int) -> Bool {
    let handovers = problem.handovers
    var (low, high) = (0, handovers.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(handovers[middle].place) < place { low = middle + 1 } else { high = middle }
    }
    return low < handovers.count && Int(handovers[low].place) == place
  }

  /// The gap before the operation at a position, in grid steps; 0 for the first one of an order. O(log devices).
  func gap(before position: Int) -> Double {
    guard !problem.gaps.isEmpty, !bounds.contains(position) else { return 0 }
    let second = rows[Int(codes[position].row)]
    guard !second.isLaunch else { return 0 }
    var before = position - 1
    // The gap after a launch is that after the operation before it.
    while rows[Int(codes[before].row)].isLaunch {
      if bounds.contains(before) { return 0 }
      before -= 1
    }
    return problem.gaps[2 * Int(rows[Int(codes[before].row)].direction) + Int(second.direction)]
  }

  private static func position(
    of operation: Operation, on device: Device.ID, in lowered: LoweredProblem
  ) throws(TimelineError) -> Int32 {
    let problem = lowered.problem
    guard problem.stages.indices.contains(operation.stage.index),
      problem.microbatches.indices.contains(operation.microbatch.index),
      let position = lowered.position(of: operation.stage, for: operation.microbatch),
      lowered.exists(operation.kind, at: position, for: operation.microbatch.index)
    else { throw .unknown(operation, device) }
    let host = problem.route(of: operation.microbatch).visits[Int(position)].device
    guard host == device else { throw .misplaced(operation, device, belongsOn: host) }
    return position
  }

  private static func checkPairs(_ orders: Orders) throws(TimelineError) {
    for position in orders.pairs {
      let (first, second) = (orders.operations[position], orders.operations[position + 1])
      guard first.kind == .forward, second.kind == .backward, first.microbatch != second.microbatch else {
        throw .wrongPair(first, second, orders.device(at: position))
      }
    }
  }

  /// Gives the first `F` and the last backward pass of every device on every stage the rows of their own durations.
  private static func setEnds(
    of orders: Orders, _ codes: inout [Code], _ variants: inout RowVariants
  ) {
    let stages = orders.operations.reduce(0) { max($0, $1.stage.index + 1) }
    var seen = [Bool](repeating: false, count: stages)
    for device in (0..<orders.deviceCount).lazy.map({ Device.ID($0) }) {
      EndPositions.forEach(in: orders.range(of: device), seen: &seen) {
        (orders.operations[$0].stage, orders.operations[$0].kind.traits.payload)
      } _: {
        codes[$0].row = variants.rowAtEnd(of: codes[$0].row)
      }
    }
  }
}

/// Which passes of which visits orders hold so far.
private struct Coverage {
  private let lowered: LoweredProblem
  /// The passes done, a bit for each kind that is not fused, slot by slot.
  private var done: [UInt8]
  /// The bits of each kind.
  private let masks: [UInt8]
  /// Whether a backward pass may need more than its order and its inputs say.
  private let hasModes: Bool

  init(of lowered: LoweredProblem) {
    self.lowered = lowered
    hasModes = lowered.traits.contains { $0.kind == .recompute && $0.exists }
    done = Array(repeating: 0, count: lowered.endCount / 2)
    masks = Operation.Kind.allCases.map { $0.traits.parts.reduce(0) { $0 | 1 << $1.rawValue } }
  }

  /// Adds an operation; one that repeats work, or comes before a piece that it needs, is an error. O(1).
  mutating func add(_ operation: Operation, at position: Int32, on device: Device.ID) throws(TimelineError) {
    func slot(_ microbatch: Microbatch.ID) -> Int {
      Int(lowered.originSlots[microbatch.index] + 1 + position)
    }
    let mask = self.mask(of: operation.kind)
    guard done[slot(operation.microbatch)] & mask == 0 else { throw .repeated(operation, device) }
    if hasModes, operation.kind.traits.payload == .gradient,
      lowered.exists(.recompute, at: position, for: operation.microbatch.index),
      done[slot(operation.microbatch)] & self.mask(of: .recompute) == 0
    {
      throw .notRecomputed(
        operation, device,
        needs: Operation(.recompute, stage: operation.stage, microbatch: operation.microbatch))
    }
    done[slot(operation.microbatch)] |= mask
    guard let piece = lowered.problem.pieceNeeded(by: operation) else { return }
    guard done[slot(piece.microbatch)] & self.mask(of: piece.kind) != 0 else {
      throw .pieceOutOfOrder(operation, device, needs: piece)
    }
  }

  /// Checks that nothing is missing. O(visits).
  func checkComplete() throws(TimelineError) {
    let problem = lowered.problem
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let origin = Int(lowered.originSlots[microbatch.index])
      for (position, visit) in problem.route(of: microbatch).visits.enumerated() {
        let mask = done[origin + 1 + position]
        let passes = problem.stage(visit.stage, of: microbatch).passes(isFused: false)
        guard let missing = passes.first(where: { mask & self.mask(of: $0) == 0 }) else { continue }
        throw .missing(Operation(missing, stage: visit.stage, microbatch: microbatch), visit.device)
      }
    }
  }

  private func mask(of kind: Operation.Kind) -> UInt8 { masks[Int(kind.rawValue)] }
}
