import PipelineModel

/// An order in which all devices together can run the orders, as far as they can run at all.
///
/// A missing input is taken as there: that it is missing has been said already.
struct Execution {
  /// The positions of the operations that run, each after everything it waits for.
  private(set) var executionOrder: [Int32] = []
  /// The position of the first operation that never runs on each device; where its order ends, when all run.
  private(set) var stops: [Int]

  private let graph: OrderGraph

  /// Whether every operation runs.
  var isComplete: Bool { executionOrder.count == graph.operationCount }

  /// Runs every device as far as it comes, over and over. O(n): a device looks again only when what it waited
  /// for has run.
  init(of graph: OrderGraph) {
    self.graph = graph
    stops = Array(graph.bounds.dropLast())
    executionOrder.reserveCapacity(graph.operationCount)
    // Chains of the devices that wait for an operation: each device waits for one operation at most.
    var firstWaiter = [Int32](repeating: -1, count: graph.operationCount)
    var nextWaiter = [Int32](repeating: -1, count: graph.deviceCount)
    var ready = (0..<graph.deviceCount).reversed().map { Int32($0) }
    while let device = ready.popLast().map({ Int($0) }) {
      let end = graph.bounds[device + 1]
      while stops[device] < end {
        let together = graph.together(stops[device])
        if let waiting = together.first(where: lacksInput) {
          let input = Int(graph.inputs[waiting])
          nextWaiter[device] = firstWaiter[input]
          firstWaiter[input] = Int32(device)
          break
        }
        stops[device] += together.count
        for position in together {
          executionOrder.append(Int32(position))
          var waiter = firstWaiter[position]
          while waiter >= 0 {
            ready.append(waiter)
            waiter = nextWaiter[Int(waiter)]
          }
        }
      }
    }
  }

  private func lacksInput(_ position: Int) -> Bool {
    let input = Int(graph.inputs[position])
    return input >= 0 && !hasRun(input)
  }

  private func hasRun(_ position: Int) -> Bool { position < stops[Int(graph.devices[position])] }

  /// The first operation of each device that never runs, with what it waits for. O(devices).
  func violations(in orders: Orders) -> [Violation] {
    (0..<graph.deviceCount).compactMap { device in
      let stop = stops[device]
      guard stop < graph.bounds[device + 1] else { return nil }
      // Of a pair, the one to name is the one that waits.
      let position = graph.together(stop).first(where: lacksInput) ?? stop
      let input = Int(graph.inputs[position])
      let kind = Violation.Kind.neverRuns(
        waitingFor: orders.operations[input], on: Device.ID(rawValue: graph.devices[input]))
      return orders.violation(at: position, on: Device.ID(device), kind)
    }
  }
}
