import PipelineModel
import Timeline

extension SearchModel {
  /// The orders of node orders.
  ///
  /// - Parameter order: the nodes of all orders, device by device.
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
    guard let timeline = try? Timeline(schedule), timeline.fitsMemory else { return nil }
    let positions = problem.routes.map { route in
      Dictionary(uniqueKeysWithValues: route.visits.enumerated().map { ($1.stage, $0) })
    }
    var nodeOrder: [Int32] = []
    nodeOrder.reserveCapacity(nodes.count)
    for operation in orders.operations {
      let microbatch = operation.microbatch.index
      let stages = positions[Int(problem.routeIndexes[microbatch])]
      guard let position = stages[operation.stage] else { return nil }
      let forward = (firstVisit[microbatch] + Int32(position)) * Int32(kinds)
      switch operation.kind {
      case .forward: nodeOrder.append(forward)
      case .backward where kinds == 2: nodeOrder.append(forward + 1)
      case .backward: nodeOrder += [forward + 1, forward + 2]
      case _ where kinds == 2: return nil
      case .backwardInput: nodeOrder.append(forward + 1)
      case .backwardWeight: nodeOrder.append(forward + 2)
      }
    }
    return nodeOrder
  }

  /// The same orders with the microbatches of each stage and kind in order, which with identical microbatches
  /// is neither longer nor holds more.
  func firstInFirstOut(_ nodeOrder: [Int32]) -> [Int32] {
    guard isFirstInFirstOut else { return nodeOrder }
    let visits = problem.routes[0].visits.count
    var next = [Int32](repeating: 0, count: kinds * lanes.count)
    return nodeOrder.map { node in
      let group = Int(nodes[Int(node)].group)
      let visit = Int(node) / kinds % visits
      let microbatch = Int(next[group])
      next[group] += 1
      return Int32((microbatch * visits + visit) * kinds + Int(node) % kinds)
    }
  }

  /// The operation of each node.
  private var operations: [Operation] {
    let symbols: [Operation.Kind] =
      kinds == 2 ? [.forward, .backward] : [.forward, .backwardInput, .backwardWeight]
    var operations: [Operation] = []
    operations.reserveCapacity(nodes.count)
    for index in problem.microbatches.indices {
      let microbatch = Microbatch.ID(index)
      for visit in problem.route(of: microbatch).visits {
        for kind in symbols { operations.append(Operation(kind, stage: visit.stage, microbatch: microbatch)) }
      }
    }
    return operations
  }
}
