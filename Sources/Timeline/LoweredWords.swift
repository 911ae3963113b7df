import PipelineModel

/// Words lowered to codes that index a visit table, checked to hold every operation exactly once.
package struct LoweredWords {
  /// One operation: the end it writes (`W`: the end of its `B`) and its row in the visit table.
  package struct Code: BitwiseCopyable {
    package var end: Int32
    package var row: Int32
  }

  /// The problem's flat arrays.
  package let table: VisitTable
  /// The operations in the order of `Words.operations`.
  package let codes: [Code]
  /// Where each word begins, and after the last word its end.
  package let bounds: [Int]

  /// Lowers a schedule's words.
  ///
  /// - Throws: `TimelineError` naming the first operation that is unknown, misplaced, repeated or missing.
  /// - Complexity: O(operations).
  package init(_ schedule: Schedule) throws(TimelineError) {
    let table = VisitTable(schedule.problem)
    var done = [UInt8](repeating: 0, count: table.endCount / 2)
    var codes: [Code] = []
    codes.reserveCapacity(schedule.words.operations.count)
    for device in schedule.problem.devices.indices.lazy.map({ Device.ID($0) }) {
      for operation in schedule.words[device] {
        let position = try Self.position(of: operation, on: device, problem: schedule.problem, table: table)
        let microbatch = operation.microbatch.index
        let slot = table.originSlots[microbatch] + 1 + position
        let mask = Self.mask(of: operation.kind)
        guard done[Int(slot)] & mask == 0 else { throw .repeated(operation, device) }
        done[Int(slot)] |= mask
        codes.append(
          Code(
            end: 2 * slot + (operation.kind == .forward ? 0 : 1),
            row: table.firstRow[microbatch] + 4 * position + Int32(operation.kind.rawValue)))
      }
    }
    try Self.checkComplete(done, problem: schedule.problem, table: table)
    self.table = table
    self.codes = codes
    self.bounds = schedule.words.bounds
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
