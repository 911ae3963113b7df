import PipelineModel
import Timeline

extension SearchModel {
  /// The words of node orders.
  ///
  /// - Parameter order: the nodes of all words, device by device.
  package func words(of order: [Int32]) -> Words {
    let operations = operations
    return Words(operations: order.map { operations[Int($0)] }, bounds: bounds)
  }

  /// The node orders of words; `nil` where the words do not hold every operation once, cannot run, exceed a
  /// limit, or split a backward that is to be fused. A fused backward becomes `B` and `W` side by side, which
  /// is never longer and never holds more. O(operations).
  package func order(of words: Words) -> [Int32]? {
    guard words.deviceCount == deviceCount else { return nil }
    let schedule = Schedule(problem: problem, words: words)
    guard let timeline = try? Timeline(schedule), timeline.fitsMemory else { return nil }
    let positions = problem.routes.map { route in
      Dictionary(uniqueKeysWithValues: route.visits.enumerated().map { ($1.stage, $0) })
    }
    var order: [Int32] = []
    order.reserveCapacity(nodes.count)
    for operation in words.operations {
      let microbatch = operation.microbatch.index
      let stages = positions[Int(problem.routeIndexes[microbatch])]
      guard let position = stages[operation.stage] else { return nil }
      let forward = (firstVisit[microbatch] + Int32(position)) * Int32(kinds)
      switch operation.kind {
      case .forward: order.append(forward)
      case .backward where kinds == 2: order.append(forward + 1)
      case .backward: order += [forward + 1, forward + 2]
      case _ where kinds == 2: return nil
      case .backwardInput: order.append(forward + 1)
      case .backwardWeight: order.append(forward + 2)
      }
    }
    return order
  }

  /// The same orders with the microbatches of each stage and kind in order, which with identical microbatches
  /// is neither longer nor holds more.
  func firstInFirstOut(_ order: [Int32]) -> [Int32] {
    guard isFirstInFirstOut else { return order }
    let visits = problem.routes[0].visits.count
    var next = [Int32](repeating: 0, count: kinds * lanes.count)
    return order.map { node in
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
