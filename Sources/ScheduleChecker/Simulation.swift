import PipelineModel

/// Runs complete orders once: every operation starts as soon as its device, predecessor and input allow.
struct Simulation {
  private let graph: OrderGraph
  private let executionOrder: [Int32]
  private let optimizerSteps: [Double]
  private var ends: [Double]
  /// When messages begin to leave, by producer.
  private var leaves: [Double]
  private var departures: Departures

  /// The devices that have operations.
  let activeDevices: [Int]

  /// Prepares to run; `executionOrder` holds every operation after everything it waits for.
  init(of problem: Problem, graph: OrderGraph, executionOrder: [Int32]) {
    self.graph = graph
    self.executionOrder = executionOrder
    optimizerSteps = problem.devices.map(\.optimizerStep)
    ends = Array(repeating: 0, count: graph.operationCount)
    leaves = ends
    departures = graph.departures
    activeDevices = (0..<graph.deviceCount).filter { graph.bounds[$0] < graph.bounds[$0 + 1] }
  }

  /// Runs one iteration in which no device starts before its entry of `clocks`, and moves the entries on to
  /// when each device is done, its optimizer step included. O(n).
  mutating func run(_ clocks: inout [Double]) {
    departures.restart()
    for position in executionOrder.lazy.map({ Int($0) }) {
      let device = Int(graph.devices[position])
      let together = graph.together(position)
      // A pair has run when its first operation's turn came.
      if position != together.lowerBound { continue }
      var start = clocks[device]
      for part in together {
        let input = Int(graph.inputs[part])
        guard input >= 0 else { continue }
        start = max(start, (graph.isMessage(to: part) ? leaves : ends)[input] + graph.delays[part])
      }
      clocks[device] = start + graph.durations[position]
      for part in together {
        ends[part] = clocks[device]
        leaves[part] = departures.departure(of: part, endingAt: clocks[device])
      }
    }
    for device in activeDevices { clocks[device] += optimizerSteps[device] }
  }

  /// The start of a device's first operation in the last run; the device has operations.
  func firstStart(on device: Int) -> Double {
    let position = graph.bounds[device]
    return ends[position] - graph.durations[position]
  }

  /// How long each device is busy in one iteration, its optimizer step included; a pair counts once. O(n).
  var deviceWork: [Double] {
    var work = [Double](repeating: 0, count: graph.deviceCount)
    for device in activeDevices {
      let order = graph.bounds[device]..<graph.bounds[device + 1]
      let blocks = order.filter { graph.together($0).lowerBound == $0 }
      work[device] = blocks.reduce(0) { $0 + graph.durations[$1] } + optimizerSteps[device]
    }
    return work
  }
}
