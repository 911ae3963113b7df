import PipelineModel
import Timeline

extension SearchModel {
  /// The orders of nodes.
  ///
  /// - Parameter nodeOrder: the nodes of all orders, device by device.
  package func orders(of nodeOrder: [Int32]) -> Orders {
    let operations = operations
    return Orders(operations: nodeOrder.map { operations[Int($0)] }, bounds: bounds)
  }

  /// The nodes of orders; `nil` where the orders do not hold every operation once, cannot run, exceed a
  /// limit, or split a backward that is to be fused. A fused backward becomes `B` and `W` side by side, which
  /// is never longer and never holds more. O(operations).
  package func nodeOrder(of orders: Orders) -> [Int32]? {
    guard orders.deviceCount == deviceCount else { return nil }
    let schedule = Schedule(problem: problem, orders: orders)
    guard let timeline = Timeline(ifItRuns: schedule), timeline.fitsMemory else { return nil }
    let positions = problem.routes.map { route in
      Dictionary(uniqueKeysWithValues: route.visits.enumerated().map { ($1.stage, $0) })
    }
    var nodeOrder: [Int32] = []
    nodeOrder.reserveCapacity(nodes.count)
    for operation in orders.operations {
      let microbatch = operation.microbatch.index
      let stages = positions[Int(problem.routeIndexes[microbatch])]
      guard let position = stages[operation.stage] else { return nil }
      let visit = Int(firstVisit[microbatch]) + position
      let own = firstNode[visit]..<firstNode[visit + 1]
      if let node = own.first(where: { nodes[Int($0)].kind == operation.kind.rawValue }) {
        nodeOrder.append(node)
      } else if operation.kind == .backward {
        nodeOrder += own.filter { nodes[Int($0)].role == .backward || nodes[Int($0)].role == .weight }
      } else {
        return nil
      }
    }
    return nodeOrder
  }

  /// The same orders with the microbatches of each stage and kind in order, which with identical microbatches
  /// is neither longer nor holds more.
  package func firstInFirstOut(_ nodeOrder: [Int32]) -> [Int32] {
    guard isFirstInFirstOut else { return nodeOrder }
    let count = Int32(nodes.count / problem.microbatchCount)
    var next = [Int32](repeating: 0, count: groupCount)
    return nodeOrder.map { node in
      // Of orders for more microbatches, the first has the same operations.
      let group = Int(nodes[Int(node % count)].group)
      defer { next[group] += 1 }
      return next[group] * count + node % count
    }
  }

  /// The nodes of orders in which one microbatch runs after the other, all forward and then back along its route: they
  /// run in every problem and fit every limit that a problem may have.
  func oneByOne() -> [Int32] {
    var orders = [[Int32]](repeating: [], count: deviceCount)
    for microbatch in problem.microbatches.indices {
      let visits = Int(firstVisit[microbatch])..<Int(firstVisit[microbatch + 1])
      for visit in visits { orders[Int(nodes[Int(firstNode[visit])].device)].append(firstNode[visit]) }
      for visit in visits.reversed() {
        let backward = firstNode[visit] + 1..<firstNode[visit + 1]
        guard let first = backward.first else { continue }
        orders[Int(nodes[Int(first)].device)] += backward
      }
    }
    return Array(orders.joined())
  }

  /// The operation of each node.
  private var operations: [Operation] {
    var operations: [Operation] = []
    operations.reserveCapacity(nodes.count)
    for index in problem.microbatches.indices {
      for visit in Int(firstVisit[index])..<Int(firstVisit[index + 1]) {
        let stage = lanes[Int(laneOfVisit[visit])].stage
        for node in firstNode[visit]..<firstNode[visit + 1] {
          operations.append(
            Operation(nodes[Int(node)].operationKind, stage: stage, microbatch: Microbatch.ID(index)))
        }
      }
    }
    return operations
  }
}
