import OperationGraph
import PipelineModel
import Timeline

/// A problem lowered to the flat arrays that construction and improvement read.
///
/// Every visit of a microbatch owns a node for each of its passes, side by side: `F`, `R`, `B` (or `BW`) and, with a
/// split backward, `W`, as far as they exist. What is offloaded is taken to be gone at once when `F` has ended, and back
/// at once when it is needed: a launch is no node, and orders with launches are for others to time. The operations of
/// each device are known in advance, so an order permutes a fixed set of nodes.
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
    /// The node whose output is the first input; -1 for a microbatch's first `F` and for `W`.
    var producer: Int32
    /// The `F` or `B` whose first input is the output; -1 where there is none.
    var consumer: Int32
    /// The node of the same visit that must come earlier in the same order; -1 for `F`.
    var earlier: Int32
    /// The node of the same visit that must come later in the same order; -1 for the last.
    var later: Int32
    var device: Int32
    /// Operations of one kind on one stage and device.
    var group: Int32
    var visit: Int32
    /// `Operation.Kind` as a number.
    var kind: UInt8
    /// Whether it has producers or consumers besides the first.
    var hasFurtherLinks = false

    /// 0 for a forward pass, 1 for a backward pass.
    @inline(__always)
    var direction: Int { kind == 0 || kind == Operation.Kind.recompute.rawValue ? 0 : 1 }
    /// What the operation computes.
    var operationKind: Operation.Kind { Operation.Kind(rawValue: kind) ?? .forward }
    /// Which of a lane's queues it waits in.
    @inline(__always)
    var role: LaneQueues.Kind {
      if kind == 0 { return .forward }
      if kind == Operation.Kind.backwardWeight.rawValue { return .weight }
      return kind == Operation.Kind.recompute.rawValue ? .recompute : .backward
    }
  }

  /// A producer or consumer of a node besides the first.
  struct Link: BitwiseCopyable, Sendable {
    /// The other end.
    var node: Int32
    /// From the producer's end until its output has arrived.
    var latency: Double
  }

  /// The producers and consumers of nodes besides the first, node by node; empty where there are none.
  struct FurtherLinks: Sendable {
    var links: [Link] = []
    /// Where the producers of each node begin, and behind them its consumers; one more entry than two a node.
    var starts: [Int32] = []

    var isEmpty: Bool { links.isEmpty }
    func producers(of node: Int) -> ArraySlice<Link> {
      links[Int(starts[2 * node])..<Int(starts[2 * node + 1])]
    }
    func consumers(of node: Int) -> ArraySlice<Link> {
      links[Int(starts[2 * node + 1])..<Int(starts[2 * node + 2])]
    }
  }

  /// A stage on one of its devices.
  struct Lane: Sendable {
    var device: Int
    var stage: Stage.ID
    /// The most memory of one microbatch, in grid steps.
    var growth: Double
    /// The least that one microbatch holds between its passes, in grid steps.
    var heldBetween = Double.infinity
    /// The most stages that a route passes before it.
    var depth: Int
    /// From the start of `F` to the end of `B` for an ordinary microbatch that never waits, in grid steps.
    var roundTrip: Double
    /// How many visits it has.
    var visitCount: Int
    /// Whether a backward pass gives back what `F` holds.
    var hasBackward: Bool
  }

  let problem: Problem
  let grid: DecimalGrid
  /// Whether backward passes that could be split are whole.
  let isFused: Bool
  package let nodes: [Node]
  let furtherLinks: FurtherLinks
  let lanes: [Lane]
  /// The lane of each visit.
  let laneOfVisit: [Int32]
  /// The first node of each visit, and after the last one the number of nodes.
  let firstNode: [Int32]
  /// The first visit of each microbatch, and after the last one the number of visits.
  let firstVisit: [Int32]
  /// Where each device's order begins, and after the last its end.
  package let bounds: [Int]
  /// The memory each device has for activations, in grid steps of the memory grid; infinite without a limit.
  let capacities: [Double]
  /// The time between each device's last operation and the end that counts, in grid steps: the optimizer step, or what
  /// a barrier makes of it, and the tail.
  let optimizerSteps: [Double]
  /// The gaps between two operations by their directions, four in all.
  let gaps: [Double]
  /// Whether all microbatches are of one class, so that first-in-first-out loses nothing.
  let isFirstInFirstOut: Bool
  /// When microbatches enter best if none waits, for searches that try it.
  var entryPlan: EntryPlan?

  /// Lowers a problem. O(visits + stages x devices).
  package init(_ problem: Problem, fused: Bool) {
    let lowered = LoweredProblem(problem)
    var builder = NodeBuilder(lowered, isFused: fused)
    for microbatch in problem.microbatches.indices { builder.add(microbatch) }
    builder.connectPrecedences()
    self.problem = problem
    grid = lowered.grid
    isFused = fused
    isFirstInFirstOut = lowered.classes.count == 1 && problem.pieces == 1
    if isFirstInFirstOut, lowered.hasEndDurations { builder.setEnds() }
    nodes = builder.nodes
    furtherLinks = builder.furtherLinks()
    lanes = builder.lanes
    laneOfVisit = builder.laneOfVisit
    firstNode = builder.firstNode
    firstVisit = builder.firstVisit
    capacities = lowered.capacities
    gaps = lowered.gaps.isEmpty ? [0, 0, 0, 0] : lowered.gaps
    var counts = [Int](repeating: 0, count: problem.deviceCount)
    for node in nodes { counts[Int(node.device)] += 1 }
    bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    optimizerSteps = lowered.end.stepsOfMakespan(isActive: counts.map { $0 > 0 }).map {
      $0 + lowered.end.tail
    }
  }

  /// The microbatch of a node. O(log microbatches).
  func microbatch(of node: Int32) -> Int32 {
    let visit = nodes[Int(node)].visit
    var (low, high) = (0, problem.microbatchCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstVisit[middle] <= visit { low = middle } else { high = middle }
    }
    return Int32(low)
  }

  /// Grid steps per unit of time.
  package var stepsPerUnit: Double { grid.stepsPerUnit }

  /// The number of devices.
  var deviceCount: Int { bounds.count - 1 }

  /// Whether memory limits any device.
  var isLimited: Bool { capacities.contains { $0.isFinite } }

  /// The devices that have operations.
  var busyDevices: [Int] { (0..<deviceCount).filter { bounds[$0] < bounds[$0 + 1] } }

  /// The number of groups of operations, some of which may be empty.
  var groupCount: Int { Self.mostPasses * lanes.count }
  /// The most nodes of a visit.
  static let mostPasses = 4
  /// Whether any backward pass has an `R` before it.
  var hasRecompute: Bool { nodes.contains { $0.role == .recompute } }

  /// The node of a visit's backward pass; `nil` without one.
  func gradient(ofVisit visit: Int) -> Int32? {
    (firstNode[visit]..<firstNode[visit + 1]).first { nodes[Int($0)].role == .backward }
  }

  /// What each visit takes until its backward pass ends at most, in grid steps.
  var needs: [Double] {
    laneOfVisit.indices.map { visit in
      var (held, most) = (0.0, 0.0)
      for node in nodes[Int(firstNode[visit])..<Int(firstNode[visit + 1])] {
        most = max(most, held + node.growth)
        held += node.change
      }
      return most
    }
  }

  /// How many groups of operations a device has. O(nodes of a microbatch); for equal microbatches on one route.
  func groups(of device: Int) -> Int {
    nodes.prefix(nodes.count / problem.microbatchCount).count { Int($0.device) == device }
  }

  /// The time each device is busy, its optimizer step included, in grid steps.
  var work: [Double] {
    var work = (0..<deviceCount).map { bounds[$0] < bounds[$0 + 1] ? optimizerSteps[$0] : 0 }
    for node in nodes { work[Int(node.device)] += node.duration }
    return work
  }
}
