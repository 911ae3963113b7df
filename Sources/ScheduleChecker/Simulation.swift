import PipelineModel

/// Runs complete orders once: every operation starts as soon as its device, predecessor, gap and inputs
/// allow.
struct Simulation {
  private let graph: OrderGraph
  private let executionOrder: [Int32]
  private let optimizerSteps: [Double]
  /// The devices that wait for each other before their optimizer steps, of those that have operations.
  private let barriers: [[Int]]
  private var ends: [Double]
  /// When the transfer ends that each operation begins, in the last run; empty where nothing is offloaded.
  private(set) var transferEnds: [Double]
  private var departures: Departures
  /// The handover that each operation waits for, by position; empty where nothing is handed over.
  private let handoverOf: [Int: Int]

  /// The devices that have operations.
  let activeDevices: [Int]

  /// Prepares to run; `executionOrder` holds every operation after everything it waits for.
  init(of problem: Problem, graph: OrderGraph, executionOrder: [Int32]) {
    self.graph = graph
    self.executionOrder = executionOrder
    optimizerSteps = problem.devices.map(\.optimizerStep)
    ends = Array(repeating: 0, count: graph.operationCount)
    transferEnds = graph.hosts.positions.isEmpty ? [] : ends
    departures = graph.departures
    handoverOf = Dictionary(
      graph.handovers.enumerated().map { ($0.element.consumer, $0.offset) },
      uniquingKeysWith: { one, _ in one })
    let activeDevices = (0..<graph.deviceCount).filter { graph.bounds[$0] < graph.bounds[$0 + 1] }
    self.activeDevices = activeDevices
    barriers =
      switch problem.barrier {
      case .none: []
      case .all: [activeDevices]
      case .groups(let groups): groups.map { $0.map(\.index).filter(Set(activeDevices).contains) }
      }
  }

  /// When all devices are free and all that the iteration before hands over has arrived: devices first, then handovers.
  var beginning: [Double] { Array(repeating: 0, count: graph.deviceCount + graph.handovers.count) }

  /// The entries of such a list that mean something: devices that have operations, and all handovers.
  var states: [Int] { activeDevices + graph.handovers.indices.map { graph.deviceCount + $0 } }

  /// Runs one iteration in which no device starts before its entry of `clocks` and what waits for a handover does not
  /// either, and moves the entries on to when each device is done, its optimizer step included, and to when what is handed
  /// over to the next iteration arrives. O(n).
  mutating func run(_ clocks: inout [Double]) {
    departures.restart()
    for position in executionOrder.lazy.map({ Int($0) }) {
      let device = Int(graph.devices[position])
      let together = graph.together(position)
      // A pair has run when its first operation's turn came.
      if position != together.lowerBound { continue }
      var start = clocks[device] + graph.gaps[position]
      if !handoverOf.isEmpty {
        for part in together {
          if let handover = handoverOf[part] { start = max(start, clocks[graph.deviceCount + handover]) }
        }
      }
      for input in graph.inputs(of: together) {
        guard let producer = graph.producer(of: input) else { continue }
        let arrival =
          graph.awaitsTransfer(input)
          ? transferEnds[producer]
          : departures.departure(of: input, endingAt: ends[producer]) + graph.delays[input]
        start = max(start, arrival)
      }
      clocks[device] = start + graph.durations[position]
      for part in together {
        ends[part] = clocks[device]
        departures.send(from: part, endingAt: clocks[device])
        transfer(from: part)
      }
    }
    for group in barriers {
      let last = group.reduce(-.infinity) { max($0, clocks[$1]) }
      for device in group { clocks[device] = last }
    }
    for device in activeDevices { clocks[device] += optimizerSteps[device] }
    for (number, handover) in graph.handovers.enumerated() {
      clocks[graph.deviceCount + number] = handover.producers.reduce(0) {
        max($0, ends[$1.position] + $1.delay)
      }
    }
  }

  /// Begins what an operation that has ended moves to its host or back.
  private mutating func transfer(from position: Int) {
    guard let time = graph.hosts.time(from: position) else { return }
    let free = graph.hosts.predecessor(of: position).map { transferEnds[$0] } ?? -.infinity
    transferEnds[position] = max(ends[position], free) + time
  }

  /// The start of a device's first operation in the last run; the device has operations.
  func firstStart(on device: Int) -> Double { start(of: graph.bounds[device]) }

  /// The start of an operation in the last run.
  func start(of position: Int) -> Double { ends[position] - graph.durations[position] }

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
