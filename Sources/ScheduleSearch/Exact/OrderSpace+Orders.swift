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
  /// stands for the longest waiting one of its cost or, where the two may be one `BW`, for that of the `B` before it. Where
  /// tasks tell them apart it stands for itself.
  private func order(of path: [Int], on device: Int) -> [Operation] {
    struct Queue: Hashable {
      var group: Int
      var duration: Double
      var memory: Double
    }
    let table = relaxation.table
    let isNamed = table.problem.namesWeights
    let mayJoin = OrderVariants.mayJoin(table.problem)
    var waiting: [Queue: [Operation]] = [:]
    var order: [Operation] = []
    func queue(_ weight: Int) -> Queue {
      let (group, step, _) = table.place(of: weight)
      return Queue(
        group: group, duration: table.duration[weight],
        memory: table.memory(ofStep: step, group: group).release)
    }
    for number in path.lazy.map({ table.bounds[device] + $0 }) {
      if table.pass[number] == .weight, !isNamed {
        let queue = queue(number)
        let own = mayJoin && waiting[queue]?.last.map { isOwn($0, of: order.last) } == true
        let next = own ? waiting[queue]?.popLast() : waiting[queue]?.first
        if !own, next != nil { waiting[queue]?.removeFirst() }
        order.append(next ?? table.operation(number))
      } else {
        order += passes(of: table.operation(number))
        if !isNamed, table.facts[number].contains(.hasWeight) {
          waiting[queue(table.weight(of: number)), default: []].append(
            Operation(
              .backwardWeight, stage: order[order.count - 1].stage,
              microbatch: order[order.count - 1].microbatch))
        }
      }
    }
    return order
  }

  /// A `BW` that stands for a `B` and a `W` of no time is told as these.
  private func passes(of operation: Operation) -> [Operation] {
    let table = relaxation.table
    let isWhole =
      operation.kind != .backward || table.isFused
      || table.problem.stage(operation.stage, of: operation.microbatch).duration(of: .backwardWeight) == nil
    return isWhole
      ? [operation]
      : [Operation.Kind.backwardInput, .backwardWeight].map {
        Operation($0, stage: operation.stage, microbatch: operation.microbatch)
      }
  }

  private func isOwn(_ weight: Operation, of before: Operation?) -> Bool {
    before == Operation(.backwardInput, stage: weight.stage, microbatch: weight.microbatch)
  }
}
