import PipelineModel

/// A problem lowered for the bounds: its operations and, per device, the prefixes that its order can have.
///
/// Each device is solved exactly under what the other devices let arrive: on the prefix graph the earliest
/// time at which a prefix can be done is a shortest path. docs/proofs.md proves the bounds.
struct Relaxation {
  let table: OperationTable
  /// Per device; `nil` where the graph would be too large or the device has no operations.
  let graphs: [PrefixGraph?]
  /// Whether every device's graph has all its operations.
  let isComplete: Bool
  /// When bounds have to be known.
  let deadline: Deadline

  /// The edges of all devices' graphs.
  var edgeCount: Int { graphs.reduce(0) { $0 + ($1?.inEdges.count ?? 0) } }

  /// How many prefixes the graphs may have.
  private enum Size {
    /// In one graph.
    static let graph = 600_000
    /// In all graphs that are built; devices of one shape share one.
    static let built = 1_500_000
    /// Over all devices: their times are kept side by side.
    static let total = 16_000_000
  }

  /// Lowers a problem; a device whose graph is too large keeps fewer operations in it. O(nodes).
  ///
  /// - Parameter scope: whether every backward pass is one `BW`.
  /// - Throws: `OutOfTime` when the deadline passes before all graphs are built.
  init(
    _ problem: Problem, scope: Certificate.Scope, deadline: Deadline = .never
  ) throws(OutOfTime) {
    let table = OperationTable(problem, isFused: scope == .fused)
    var known: [ChainShape: PrefixGraph?] = [:]
    let active = table.activeDevices
    let share = min(Size.graph, Size.total / max(1, active.count))
    var left = Size.built
    var graphs = [PrefixGraph?](repeating: nil, count: table.deviceCount)
    var isComplete = true
    let orders = table.ordersOfDevices
    for device in active {
      for detail in ChainShape.Detail.allCases {
        let shape = ChainShape(table, device: device, order: orders[device], detail: detail)
        if known[shape] == nil {
          let limit = min(share, left)
          let graph = try PrefixGraph(
            shape, operationCount: table.range(of: device).count, nodeLimit: limit, deadline: deadline)
          left -= graph?.nodeCount ?? limit
          known[shape] = .some(graph)
        }
        graphs[device] = known[shape] ?? nil
        if graphs[device] != nil { break }
        isComplete = false
      }
    }
    self.table = table
    self.graphs = graphs
    self.isComplete = isComplete
    self.deadline = deadline
  }

  /// Arrays of times, one per node of each device's graph.
  func nodeTimes() -> [FlatArray<Double>] {
    graphs.map { FlatArray(repeating: .infinity, count: $0?.nodeCount ?? 0) }
  }
}

/// Bounds on times, per operation and per prefix, in grid steps.
///
/// As heads: the earliest start of an operation and the earliest end of a prefix, from the start of the frame.
/// As tails: the least time from an operation's end, or from the end of a prefix, to the end of the frame.
struct TimeBounds {
  /// Per operation.
  let operations: FlatArray<Double>
  /// Per operation what the graphs read: as `operations`, but of `W`, of which only the number may be known there, no
  /// more than of any `W` of the device.
  let gates: FlatArray<Double>
  /// Per device and node.
  let nodes: [FlatArray<Double>]

  init(_ relaxation: Relaxation, nodes: [FlatArray<Double>]? = nil) {
    operations = FlatArray(repeating: -.infinity, count: relaxation.table.count)
    gates = FlatArray(repeating: -.infinity, count: relaxation.table.count)
    self.nodes = nodes ?? relaxation.nodeTimes()
  }

  private init(operations: FlatArray<Double>, gates: FlatArray<Double>, nodes: [FlatArray<Double>]) {
    self.operations = operations
    self.gates = gates
    self.nodes = nodes
  }

  /// Other arrays with the same times.
  func copy() -> TimeBounds {
    TimeBounds(operations: operations.copy(), gates: gates.copy(), nodes: nodes.map { $0.copy() })
  }
}
