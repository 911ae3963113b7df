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
  /// The first input of each device of which it is not known that it has run.
  private var awaited: [Int]

  /// Whether every operation runs.
  var isComplete: Bool { executionOrder.count == graph.operationCount }

  /// Runs every device as far as it comes, over and over. O(operations and inputs): a device looks again only
  /// when what it waited for has run, and on from there.
  init(of graph: OrderGraph) {
    self.graph = graph
    stops = Array(graph.bounds.dropLast())
    awaited = Array(repeating: 0, count: graph.deviceCount)
    executionOrder.reserveCapacity(graph.operationCount)
    // Chains of the devices that wait for an operation: each device waits for one operation at a time.
    var firstWaiter = [Int32](repeating: -1, count: graph.operationCount)
    var nextWaiter = [Int32](repeating: -1, count: graph.deviceCount)
    var ready = (0..<graph.deviceCount).reversed().map { Int32($0) }
    while let device = ready.popLast().map({ Int($0) }) {
      let end = graph.bounds[device + 1]
      while stops[device] < end {
        let together = graph.together(stops[device])
        if let producer = nextMissing(for: together, on: device) {
          nextWaiter[device] = firstWaiter[producer]
          firstWaiter[producer] = Int32(device)
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

  /// Moves on over the inputs that have run, to the first that has not.
  private mutating func nextMissing(for together: ClosedRange<Int>, on device: Int) -> Int? {
    let inputs = graph.inputs(of: together)
    awaited[device] = max(awaited[device], inputs.lowerBound)
    while awaited[device] < inputs.upperBound {
      if let producer = graph.producer(of: awaited[device]), !hasRun(producer) { return producer }
      awaited[device] += 1
    }
    return nil
  }

  private func hasRun(_ position: Int) -> Bool { position < stops[Int(graph.devices[position])] }

  /// The first operation of each device that never runs, with what it waits for: where that stands behind it in the same
  /// order, this alone, as the others then wait for no fault of theirs. O(devices).
  func violations(in orders: Orders) -> [Violation] {
    let (stopped, own) = (stopped, stopped.filter { waitsForItself($0.device, $0.producer) })
    return (own.isEmpty ? stopped : own).map { device, producer in
      let stop = stops[device]
      // Of a pair, the one to name is the one that waits.
      let position =
        graph.together(stop).first { graph.inputs(of: $0...$0).contains(awaited[device]) } ?? stop
      let input = orders.operations[producer]
      let kind: Violation.Kind =
        waitsForItself(device, producer)
        ? .beforeInput(input)
        : .neverRuns(waitingFor: input, on: Device.ID(rawValue: graph.devices[producer]))
      return orders.violation(at: position, on: Device.ID(device), kind)
    }
  }

  /// Whether a device waits for what stands behind in its own order.
  private func waitsForItself(_ device: Int, _ producer: Int) -> Bool {
    Int(graph.devices[producer]) == device
  }

  /// The devices that do not come to the end of their orders, and the operations that they wait for.
  private var stopped: [(device: Int, producer: Int)] {
    (0..<graph.deviceCount).compactMap { device in
      guard stops[device] < graph.bounds[device + 1], let producer = graph.producer(of: awaited[device])
      else {
        return nil
      }
      return (device, producer)
    }
  }
}
