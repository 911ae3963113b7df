import PipelineModel

/// A problem lowered to the flat arrays that timing reads.
///
/// Every microbatch owns one slot per visit and an origin slot ahead of them. A slot holds two ends, of `F` and
/// of `B` (or `BW`), side by side, so that what an operation waits for stands next to what it writes: microbatch
/// by microbatch, the order that is fastest beyond the cache.
package struct VisitTable {
  /// What is the same for all operations of one kind on one visit of one class of microbatches.
  package struct Row: BitwiseCopyable {
    /// From the producer's end until its output has arrived, in grid steps.
    package var latency: Double
    /// In grid steps.
    package var duration: Double
    /// From the operation's own end to the end it waits for.
    package var offset: Int32
    /// Whether others wait for this operation's end: all kinds but `W`.
    package var supplies: Bool
    /// Whether it is the `F` of an overlapped pair: its duration is the pair's, that of the `BW` behind it 0.
    package var opensPair = false

    /// Nothing done in no time, and nobody waits for it; with the end of an origin it can always start.
    package static var idle: Row { Row(latency: 0, duration: 0, offset: 0, supplies: false) }
  }

  /// The time grid of durations and latencies.
  package let grid: DecimalGrid
  /// Four rows, one per kind, for every visit of every class.
  package let rows: [Row]
  /// What the rows send, where transfers are serialised.
  package let queues: SendQueues
  /// The first row of each microbatch's class.
  package let firstRow: [Int32]
  /// The origin slot of each microbatch, and after the last one the number of slots.
  package let originSlots: [Int32]
  /// The position of each stage on each distinct route, route by route; -1 where a route skips the stage.
  let positions: [Int32]

  /// Microbatches of one scale on one route cost the same everywhere.
  private struct MicrobatchClass: Hashable {
    var scale: Double
    var route: Int32
  }

  /// Lowers a problem. O(classes x visits + microbatches + routes x stages).
  package init(_ problem: Problem) {
    let grid = Self.timeGrid(of: problem)
    var rows: [Row] = []
    var queues = SendQueues()
    var firstRows: [MicrobatchClass: Int32] = [:]
    var firstRow: [Int32] = []
    var originSlots: [Int32] = [0]
    firstRow.reserveCapacity(problem.microbatchCount)
    originSlots.reserveCapacity(problem.microbatchCount + 1)
    for (microbatch, route) in zip(problem.microbatches, problem.routeIndexes) {
      let key = MicrobatchClass(scale: microbatch.scale, route: route)
      let visits = problem.routes[Int(route)].visits
      let first = firstRows[key] ?? Int32(rows.count)
      if firstRows.updateValue(first, forKey: key) == nil {
        for position in visits.indices {
          rows += Self.rows(of: problem, visits: visits, position: position, scale: key.scale, grid: grid)
          queues.append(visits: visits, position: position, over: problem.communication, grid: grid)
        }
      }
      firstRow.append(first)
      originSlots.append(originSlots[originSlots.count - 1] + Int32(visits.count + 1))
    }
    self.grid = grid
    self.rows = rows
    self.queues = queues
    self.firstRow = firstRow
    self.originSlots = originSlots
    self.positions = Self.positions(of: problem)
  }

  /// The number of ends: two per slot.
  package var endCount: Int { 2 * Int(originSlots[originSlots.count - 1]) }

  /// The optimizer step of each device, in grid steps.
  package static func optimizerSteps(of problem: Problem, on grid: DecimalGrid) -> [Double] {
    problem.devices.map { grid.steps($0.optimizerStep) }
  }

  private static func rows(
    of problem: Problem, visits: [Route.Visit], position: Int, scale: Double, grid: DecimalGrid
  ) -> [Row] {
    let visit = visits[position]
    let stage = problem.costs(at: visit)
    let isLast = position == visits.count - 1
    let forwardLatency =
      position == 0 ? 0 : problem.communication.latency(from: visits[position - 1].device, to: visit.device)
    let backwardLatency =
      isLast ? 0 : problem.communication.latency(from: visits[position + 1].device, to: visit.device)
    let backwardOffset: Int32 = isLast ? -1 : 2
    let weight = grid.steps(stage.backwardWeight, times: scale)
    let input = grid.steps(stage.backwardInput, times: scale)
    return [
      Row(
        latency: grid.steps(forwardLatency), duration: grid.steps(stage.forward, times: scale), offset: -2,
        supplies: true),
      Row(latency: grid.steps(backwardLatency), duration: input, offset: backwardOffset, supplies: true),
      Row(latency: 0, duration: weight, offset: 0, supplies: false),
      Row(
        latency: grid.steps(backwardLatency), duration: input + weight, offset: backwardOffset,
        supplies: true),
    ]
  }

  private static func timeGrid(of problem: Problem) -> DecimalGrid {
    let latencies = problem.communication.finiteLatencies
    var values = Set(latencies + problem.communication.finiteTransfers)
    let speeds = Set(problem.devices.map(\.speed))
    for stage in problem.stages {
      for speed in speeds {
        let costs = stage.atSpeed(speed)
        values.formUnion([costs.forward, costs.backwardInput, costs.backwardWeight])
      }
    }
    values.formUnion(problem.devices.map(\.optimizerStep))
    let hops = 2 * Double(problem.visitCount)
    // The period's shifts stay below a few makespans.
    let work = problem.deviceWork.reduce(0, +)
    let multiple = problem.overlap?.forwardBackward ?? 1
    let bound = 16 * (work * max(1, multiple) + hops * (latencies.max() ?? 0))
    return DecimalGrid(
      values: values, factors: Set(problem.microbatches.map(\.scale)), multiple: multiple, bound: bound)
  }

  private static func positions(of problem: Problem) -> [Int32] {
    var positions = [Int32](repeating: -1, count: problem.routes.count * problem.stageCount)
    for (index, route) in problem.routes.enumerated() {
      for (position, visit) in route.visits.enumerated() {
        positions[index * problem.stageCount + visit.stage.index] = Int32(position)
      }
    }
    return positions
  }
}
