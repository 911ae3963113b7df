import PipelineModel

extension OrderSpace {
  /// One order per device of those that are left: on each device's graph the way that is done earliest.
  ///
  /// Where every graph has a single order left these are the orders. O(edges of the prefixes on the way).
  var earliestOrders: Orders? {
    let table = relaxation.table
    var orders: [[Operation]] = []
    for device in 0..<table.deviceCount {
      guard let graph = relaxation.graphs[device] else {
        orders.append([])
        continue
      }
      guard let path = earliestPath(of: device, in: graph) else { return nil }
      orders.append(order(of: path, on: device))
    }
    return Orders(orders)
  }

  /// The operations along the way through the graph whose prefixes are done earliest, counted on the device.
  private func earliestPath(of device: Int, in graph: PrefixGraph) -> [Int]? {
    let frame = ownFrame(of: device)
    let heads = refutation.heads[frame].nodes[device]
    let gates = refutation.heads[frame].gates
    let isDead = refutation.isDead[device]
    let first = relaxation.table.bounds[device]
    var path: [Int] = []
    var node = graph.nodeCount - 1
    while node > 0 {
      var best: PrefixGraph.Edge?
      var earliest = Double.infinity
      for index in Int(graph.inStarts[node])..<Int(graph.inStarts[node + 1]) {
        let edge = graph.inEdges[index]
        if isDead[Int(edge.node)] { continue }
        let operation = first + Int(edge.operation)
        let end = max(heads[Int(edge.node)], gates[operation]) + relaxation.table.duration[operation]
        if best == nil || end < earliest { (best, earliest) = (edge, end) }
      }
      guard let best else { return nil }
      path.append(Int(best.operation))
      node = Int(best.node)
    }
    return path.reversed()
  }

  /// Names the operations of a path. A graph may count only how many of several equal `W`s are done: each
  /// stands for the longest waiting one of its cost.
  private func order(of path: [Int], on device: Int) -> [Operation] {
    struct Cost: Hashable {
      var duration: Double
      var memory: Double
    }
    struct Queue: Hashable {
      var block: Int
      var cost: Cost
    }
    let table = relaxation.table
    let stages = table.problem.stages
    var waiting: [Queue: [Operation]] = [:]
    func queue(_ operation: Operation, _ local: Int) -> Queue {
      let stage = stages[operation.stage.index]
      let block = table.blocks[device].lastIndex { !$0.positions.isEmpty && $0.first <= local } ?? 0
      return Queue(
        block: block, cost: Cost(duration: stage.duration(of: .backwardWeight) ?? 0, memory: stage.activationForW))
    }
    return path.map { local in
      let operation = table.operation(table.bounds[device] + local)
      switch operation.kind {
      case .backwardInput:
        let weight = Operation(.backwardWeight, stage: operation.stage, microbatch: operation.microbatch)
        waiting[queue(operation, local), default: []].append(weight)
        return operation
      case .backwardWeight:
        let queue = queue(operation, local)
        return waiting[queue]?.isEmpty == false ? waiting[queue, default: []].removeFirst() : operation
      default: return operation
      }
    }
  }
}
