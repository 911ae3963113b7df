import PipelineModel

/// What each operation of the orders waits for and how long it lasts, by position in `Orders.operations`.
///
/// Besides its predecessor in the order, an operation waits for its inputs, and for those of the operation with
/// which it is paired. The inputs of all operations stand one after the other.
struct OrderGraph {
  /// Stands for an input that no operation provides, or that cannot be named.
  static let unknown: Int32 = -1

  /// Where each order begins, and after the last one its end.
  let bounds: [Int]
  /// The device of each operation.
  private(set) var devices: [Int32]
  /// How long each operation keeps its device, paired ones as long as the pair; not a number where there is no such
  /// operation.
  private(set) var durations: [Double]
  /// How long a device pauses before each operation; nothing before its first.
  private(set) var gaps: [Double]
  /// The positions of the operations whose result each operation needs, or `unknown`.
  private(set) var producers: FlatLists
  /// How long after its producer's end each input arrives, unless it leaves later.
  private(set) var delays: [Double]
  /// Whether each input is the transfer that its producer begins, and not the producer's own end; empty where nothing is
  /// offloaded.
  private let awaitsTransfer: [Bool]
  /// Which operations run together.
  private let starts: PairedStarts
  /// When messages leave that wait for each other.
  let departures: Departures
  /// What operations wait for that the iteration before hands over.
  let handovers: [HandedOver]
  /// The transfers to and from hosts.
  let hosts: HostQueues

  var deviceCount: Int { bounds.count - 1 }
  var operationCount: Int { devices.count }

  /// Looks up the inputs and costs of all operations. O(operations and inputs).
  ///
  /// - Parameter rooms: the `F` for the end of whose offload each operation waits, to have room.
  init(
    _ schedule: Schedule, coverage: Coverage, visits table: VisitNumbers, starts: PairedStarts, rooms: [Int32]
  ) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    bounds = orders.bounds
    devices = Array(repeating: 0, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      for position in bounds[device]..<bounds[device + 1] { devices[position] = Int32(device) }
    }
    durations = Durations(of: problem).durations(of: orders, counted: coverage.counts)
    self.starts = starts
    if let overlap = problem.overlap {
      for position in starts.firsts {
        let (forward, backward) = (orders.operations[position].stage, orders.operations[position + 1].stage)
        let factor = max(overlap.forwardBackward[forward], overlap.forwardBackward[backward])
        let duration = factor * (durations[position] + durations[position + 1])
        durations[position] = duration
        durations[position + 1] = duration
      }
    }
    gaps = Self.gaps(in: orders, problem.gap)
    let inputs = OperationInputs(of: schedule, coverage: coverage, visits: table, rooms: rooms)
    (producers, awaitsTransfer) = (inputs.producers, inputs.awaitsTransfer)
    delays = Array(repeating: 0, count: producers.valueCount)
    let times = MessageTimes(of: problem)
    for position in devices.indices {
      for input in producers.range(of: position) where producers[value: input] != Self.unknown {
        let producer = Int(producers[value: input])
        delays[input] = times.arrival(
          of: MessageTimes.stage(from: orders.operations[producer], to: orders.operations[position]),
          from: Device.ID(rawValue: devices[producer]),
          to: Device.ID(rawValue: devices[position]))
      }
    }
    departures = Departures(
      of: schedule, devices: devices, producers: producers, coverage: coverage, visits: table)
    hosts = HostQueues(of: schedule, coverage: coverage)
    handovers = HandedOver.all(in: schedule, coverage: coverage, visits: table, devices: devices)
  }

  /// The positions of the operations that run together with the one at a position, itself included. O(1).
  func together(_ position: Int) -> ClosedRange<Int> { starts.together(position) }

  /// The inputs of operations that run together. O(1).
  func inputs(of together: ClosedRange<Int>) -> Range<Int> {
    producers.range(of: together.lowerBound).lowerBound..<producers.range(of: together.upperBound).upperBound
  }

  /// The position of the operation that an input comes from; `nil` where there is none. O(1).
  func producer(of input: Int) -> Int? {
    let producer = producers[value: input]
    return producer == Self.unknown ? nil : Int(producer)
  }

  /// Whether an input is there when the transfer has ended that its producer begins. O(1).
  func awaitsTransfer(_ input: Int) -> Bool { !awaitsTransfer.isEmpty && awaitsTransfer[input] }

  /// The pause that each operation asks for after the one before it; an `L` asks for none, and what is behind it for
  /// that after what was before it.
  private static func gaps(in orders: Orders, _ gap: Gap) -> [Double] {
    var gaps = [Double](repeating: 0, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      var before: Operation.Kind?
      for position in orders.range(of: Device.ID(device)) {
        let kind = orders.operations[position].kind
        if kind == .reload { continue }
        if let before { gaps[position] = gap.after(isForward(before), before: isForward(kind)) }
        before = kind
      }
    }
    return gaps
  }

  private static func isForward(_ kind: Operation.Kind) -> Bool { kind == .forward || kind == .recompute }
}

extension Gap {
  fileprivate func after(_ isForward: Bool, before nextIsForward: Bool) -> Double {
    switch (isForward, nextIsForward) {
    case (true, true): forwardForward
    case (true, false): forwardBackward
    case (false, true): backwardForward
    case (false, false): backwardBackward
    }
  }
}
