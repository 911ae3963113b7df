import PipelineModel
import Timeline

/// A problem lowered to the flat arrays that construction and improvement read.
///
/// Every visit of a microbatch owns two or three nodes side by side: `F`, `B` (or `BW`) and, with a split
/// backward, `W`. The operations of each device are known in advance, so an order permutes a fixed set of nodes.
package struct SearchModel: Sendable {
  /// What is known of one operation whatever the order; times and memory in grid steps.
  package struct Node: BitwiseCopyable, Sendable {
    var duration: Double
    /// From the producer's end until its output has arrived.
    var latency: Double
    /// Memory taken at the start.
    var growth: Double
    /// Memory taken at the start less memory given back at the end.
    var change: Double
    /// The node whose output is the input; -1 for a microbatch's first `F` and for `W`.
    var producer: Int32
    /// The `F` or `B` that waits for the output; -1 where only a `W` does.
    var consumer: Int32
    /// The node of the same visit that must come earlier in the same order; -1 for `F`.
    var earlier: Int32
    /// The node of the same visit that must come later in the same order; -1 for the last.
    var later: Int32
    var device: Int32
    /// Operations of one kind on one stage and device.
    var group: Int32
  }

  /// A stage on one of its devices.
  struct Lane: Sendable {
    var device: Int
    var stage: Stage.ID
    /// Memory of one forward, in grid steps.
    var growth: Double
    /// The most stages that a route passes before it.
    var depth: Int
    /// From the start of `F` to the end of `B` for an ordinary microbatch that never waits, in grid steps.
    var roundTrip: Double
    /// How many visits it has.
    var visitCount: Int
  }

  let problem: Problem
  let grid: DecimalGrid
  /// Nodes per visit: 3 with a split backward, 2 with a fused one.
  let kinds: Int
  package let nodes: [Node]
  let lanes: [Lane]
  /// The lane of each visit.
  let laneOfVisit: [Int32]
  /// The first visit of each microbatch, and after the last one the number of visits.
  let firstVisit: [Int32]
  /// Where each device's order begins, and after the last its end.
  package let bounds: [Int]
  /// The memory each device has for activations, in grid steps of the memory grid; infinite without a limit.
  let capacities: [Double]
  /// The optimizer step of each device, in grid steps.
  let optimizerSteps: [Double]
  /// Whether all microbatches cost the same on one route, so that first-in-first-out loses nothing.
  let isFirstInFirstOut: Bool

  /// Lowers a problem. O(visits + stages x devices).
  package init(_ problem: Problem, fused: Bool) {
    let table = VisitTable(problem)
    var builder = NodeBuilder(problem, table: table, fused: fused)
    for microbatch in problem.microbatches.indices { builder.add(microbatch) }
    self.problem = problem
    grid = table.grid
    kinds = fused ? 2 : 3
    nodes = builder.nodes
    lanes = builder.lanes
    laneOfVisit = builder.laneOfVisit
    firstVisit = builder.firstVisit
    capacities = builder.memory.capacities
    optimizerSteps = VisitTable.optimizerSteps(of: problem, on: table.grid)
    var counts = [Int](repeating: 0, count: problem.deviceCount)
    for node in nodes { counts[Int(node.device)] += 1 }
    bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    isFirstInFirstOut =
      problem.routes.count == 1 && problem.pieces == 1 && Set(problem.microbatches.map(\.scale)).count == 1
  }

  /// Grid steps per unit of time.
  package var stepsPerUnit: Double { grid.stepsPerUnit }

  /// The number of devices.
  var deviceCount: Int { bounds.count - 1 }

  /// The devices that have operations.
  var busyDevices: [Int] { (0..<deviceCount).filter { bounds[$0] < bounds[$0 + 1] } }

  /// The time each device is busy, its optimizer step included, in grid steps.
  var work: [Double] {
    var work = (0..<deviceCount).map { bounds[$0] < bounds[$0 + 1] ? optimizerSteps[$0] : 0 }
    for node in nodes { work[Int(node.device)] += node.duration }
    return work
  }
}

/// Numbers the visits of all microbatches and works out what their operations need.
private struct NodeBuilder {
  let problem: Problem
  let table: VisitTable
  let memory: MemoryLedger
  let kinds: Int
  var nodes: [SearchModel.Node] = []
  var lanes: [SearchModel.Lane] = []
  var laneOfVisit: [Int32] = []
  var firstVisit: [Int32] = [0]
  private var laneNumbers: [Route.Visit: Int] = [:]

  init(_ problem: Problem, table: VisitTable, fused: Bool) {
    self.problem = problem
    self.table = table
    kinds = fused ? 2 : 3
    memory = MemoryLedger(problem)
  }

  mutating func add(_ microbatch: Int) {
    let visits = problem.route(of: Microbatch.ID(microbatch)).visits
    let first = nodes.count
    let rows = Int(table.firstRow[microbatch])
    for (position, visit) in visits.enumerated() {
      let lane = lane(of: visit)
      lanes[lane].depth = max(lanes[lane].depth, position)
      lanes[lane].visitCount += 1
      laneOfVisit.append(Int32(lane))
      addNodes(visit, lane: lane, row: rows + 4 * position, position: position, last: visits.count - 1)
    }
    addRoundTrips(from: first, visitCount: visits.count)
    firstVisit.append(Int32(laneOfVisit.count))
  }

  private mutating func lane(of visit: Route.Visit) -> Int {
    if let lane = laneNumbers[visit] { return lane }
    laneNumbers[visit] = lanes.count
    lanes.append(
      SearchModel.Lane(
        device: visit.device.index, stage: visit.stage, growth: memory.forB[visit.stage.index], depth: 0,
        roundTrip: 0, visitCount: 0))
    return lanes.count - 1
  }

  private mutating func addNodes(_ visit: Route.Visit, lane: Int, row: Int, position: Int, last: Int) {
    let forward = Int32(nodes.count)
    let step = Int32(kinds)
    let (forB, forW) = (memory.forB[visit.stage.index], memory.forW[visit.stage.index])
    let isFused = kinds == 2
    func append(
      _ kind: Operation.Kind, change: Double, producer: Int32, consumer: Int32, earlier: Int32, later: Int32
    ) {
      let row = table.rows[row + Int(kind.rawValue)]
      nodes.append(
        SearchModel.Node(
          duration: row.duration, latency: row.latency, growth: kind == .forward ? forB : 0, change: change,
          producer: producer, consumer: consumer, earlier: earlier, later: later,
          device: visit.device.rawValue, group: Int32(nodes.count - Int(forward) + kinds * lane)))
    }
    append(
      .forward, change: forB, producer: position == 0 ? -1 : forward - step,
      consumer: position == last ? forward + 1 : forward + step, earlier: -1, later: forward + 1)
    append(
      isFused ? .backward : .backwardInput, change: isFused ? -forB : forW - forB,
      producer: position == last ? forward : forward + 1 + step,
      consumer: position == 0 ? -1 : forward + 1 - step, earlier: forward, later: isFused ? -1 : forward + 2)
    if !isFused {
      append(
        .backwardWeight, change: -forW, producer: -1, consumer: -1, earlier: forward + 1, later: -1)
    }
  }

  private mutating func addRoundTrips(from first: Int, visitCount: Int) {
    var trip = 0.0
    for position in (0..<visitCount).reversed() {
      let node = first + kinds * position
      let after = position + 1 < visitCount ? nodes[node + kinds].latency + nodes[node + 1].latency : 0
      trip += nodes[node].duration + nodes[node + 1].duration + after
      let lane = Int(laneOfVisit[laneOfVisit.count - visitCount + position])
      lanes[lane].roundTrip = max(lanes[lane].roundTrip, trip)
    }
  }
}
