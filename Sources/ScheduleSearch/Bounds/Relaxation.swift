import PipelineModel

/// A problem lowered for the bounds: its operations and, per device, the prefixes that its order can have.
///
/// Each device is solved exactly under what the other devices let arrive: on the prefix graph the earliest
/// time at which a prefix can be done is a shortest path. docs/proofs.md proves the bounds.
struct Relaxation<Prefixes: DevicePrefixes> {
  let table: OperationTable
  /// Per device; `nil` where they would be too many or the device has no operations.
  let prefixes: [Prefixes?]
  /// Whether every device has prefixes of all its operations.
  let isComplete: Bool
  /// When bounds have to be known.
  var deadline: Deadline
  /// How many sweeps may be made at once.
  var threads = 1

  /// Finds the prefixes of every device; one that would have too many keeps fewer operations in them.
  ///
  /// - Parameters:
  ///   - limit: how many prefixes there may be.
  ///   - find: finds the prefixes of a shape for a device with so many operations where there are no more than the
  ///     limit, and tells how many it looked at; devices of one shape share them.
  /// - Throws: `OutOfTime` when the deadline passes first.
  init(
    _ table: OperationTable, limit: PrefixLimit, deadline: Deadline,
    find: (ChainShape, _ operationCount: Int, _ limit: Int) throws(OutOfTime) -> (Prefixes?, count: Int)
  ) throws(OutOfTime) {
    var known: [ChainShape: Prefixes?] = [:]
    let active = table.activeDevices
    let share = limit.share(of: table)
    var left = limit.built
    var prefixes = [Prefixes?](repeating: nil, count: table.deviceCount)
    var isComplete = true
    let orders = table.ordersOfDevices
    for device in active {
      for detail in table.details(of: device) {
        let shape = ChainShape(table, device: device, order: orders[device], detail: detail)
        if known[shape] == nil {
          let (own, count) = try find(shape, table.range(of: device).count, min(share, left))
          left -= count
          known[shape] = .some(own)
        }
        prefixes[device] = known[shape] ?? nil
        guard prefixes[device] == nil else {
          isComplete = isComplete && detail == .all
          break
        }
      }
      isComplete = isComplete && prefixes[device] != nil
    }
    self.table = table
    self.prefixes = prefixes
    self.isComplete = isComplete
    self.deadline = deadline
  }

  /// What sweeps know of each device's prefixes before they begin.
  var nodeTimes: [Prefixes.Times] { prefixes.map { Prefixes.noTimes(of: $0) } }
}

/// How many prefixes a relaxation may have.
struct PrefixLimit {
  /// On one device.
  var device: Int
  /// Of all shapes: devices of one shape share them.
  var built: Int
  /// Over all devices: their times are kept side by side.
  var total: Int

  /// What each device of a problem may have.
  func share(of table: OperationTable) -> Int { min(device, total / max(1, table.activeDevices.count)) }
}

extension Relaxation where Prefixes == PrefixGraph {
  var graphs: [PrefixGraph?] { prefixes }

  /// The edges of all devices' graphs.
  var edgeCount: Int { prefixes.reduce(0) { $0 + ($1?.inEdges.count ?? 0) } }

  /// Lowers a problem and builds a graph for each device. O(nodes).
  ///
  /// - Throws: `OutOfTime` when the deadline passes before all graphs are built.
  init(
    _ table: OperationTable, limit: PrefixLimit = .graphs, deadline: Deadline = .never
  ) throws(OutOfTime) {
    try self.init(table, limit: limit, deadline: deadline) {
      shape, operationCount, limit throws(OutOfTime) in
      let graph = try PrefixGraph(
        shape, operationCount: operationCount, nodeLimit: limit, deadline: deadline)
      return (graph, graph?.nodeCount ?? limit)
    }
  }
}

extension PrefixLimit {
  /// Of graphs, which are held with all their edges.
  static let graphs = PrefixLimit(device: 600_000, built: 1_500_000, total: 16_000_000)
  /// No prefixes at all.
  static let none = PrefixLimit(device: 0, built: 0, total: 0)
}

/// Bounds on times, per operation and per prefix, in grid steps.
///
/// As heads: the earliest start of an operation and the earliest end of a prefix, from the start of the frame.
/// As tails: the least time from an operation's end, or from the end of a prefix, to the end of the frame.
struct TimeBounds<Times> {
  /// Per operation.
  let operations: FlatArray<Double>
  /// Per operation what the graphs read: as `operations`, but of `W`, of which only the number may be known there, no
  /// more than of any `W` of the device.
  let gates: FlatArray<Double>
  /// Per device, of its prefixes.
  let nodes: [Times]
  /// The microbatches that a steady state let the sweep pass over.
  var passedOver = 0

  init(operationCount: Int, nodes: [Times]) {
    operations = FlatArray(repeating: -.infinity, count: operationCount)
    gates = FlatArray(repeating: -.infinity, count: operationCount)
    self.nodes = nodes
  }

  /// The gates from an operation on.
  func gates(from first: Int) -> UnsafePointer<Double> { UnsafePointer(gates.base + first) }
}

extension TimeBounds<FlatArray<Double>> {
  private init(operations: FlatArray<Double>, gates: FlatArray<Double>, nodes: [FlatArray<Double>]) {
    self.operations = operations
    self.gates = gates
    self.nodes = nodes
  }

  /// Other arrays with the same times.
  func copy() -> Self {
    TimeBounds(operations: operations.copy(), gates: gates.copy(), nodes: nodes.map { $0.copy() })
  }
}
