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
  /// How long each operation lasts, paired ones as long as the pair; not a number where there is no such
  /// operation.
  private(set) var durations: [Double]
  /// How long a device pauses before each operation; nothing before its first.
  private(set) var gaps: [Double]
  /// The positions of the operations whose result each operation needs, or `unknown`.
  private(set) var producers: FlatLists
  /// How long after its producer's end each input arrives, unless it leaves later.
  private(set) var delays: [Double]
  /// Whether each operation runs together with the next one.
  private(set) var opensPair: [Bool]
  /// When messages leave that wait for each other.
  let departures: Departures

  var deviceCount: Int { bounds.count - 1 }
  var operationCount: Int { devices.count }

  /// Looks up the inputs and costs of all operations. O(operations and inputs).
  init(_ schedule: Schedule, coverage: Coverage, visits table: VisitNumbers) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    bounds = orders.bounds
    devices = Array(repeating: 0, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      for position in bounds[device]..<bounds[device + 1] { devices[position] = Int32(device) }
    }
    durations = Durations(of: problem).durations(of: orders, counted: coverage.counts)
    opensPair = Array(repeating: false, count: devices.count)
    if let overlap = problem.overlap {
      for position in orders.pairs where orders.isProperPair(at: position) {
        let (forward, backward) = (orders.operations[position].stage, orders.operations[position + 1].stage)
        guard [forward, backward].allSatisfy({ problem.stages.indices.contains($0.index) }) else { continue }
        let factor = max(overlap.forwardBackward[forward], overlap.forwardBackward[backward])
        let duration = factor * (durations[position] + durations[position + 1])
        opensPair[position] = true
        durations[position] = duration
        durations[position + 1] = duration
      }
    }
    gaps = Self.gaps(in: orders, problem.gap)
    producers = Self.producers(for: orders.operations, coverage: coverage, visits: table)
    delays = Array(repeating: 0, count: producers.valueCount)
    let times = MessageTimes(of: problem)
    for position in devices.indices {
      for input in producers.range(of: position) where producers[value: input] != Self.unknown {
        delays[input] = times.arrival(
          from: Device.ID(rawValue: devices[Int(producers[value: input])]),
          to: Device.ID(rawValue: devices[position]))
      }
    }
    departures = Departures(
      of: problem, devices: devices, producers: producers, coverage: coverage, visits: table)
  }

  /// The positions of the operations that run together with the one at a position, itself included. O(1).
  func together(_ position: Int) -> ClosedRange<Int> {
    if opensPair[position] { return position...position + 1 }
    return position > 0 && opensPair[position - 1] ? position - 1...position : position...position
  }

  /// The inputs of operations that run together. O(1).
  func inputs(of together: ClosedRange<Int>) -> Range<Int> {
    producers.range(of: together.lowerBound).lowerBound..<producers.range(of: together.upperBound).upperBound
  }

  /// The position of the operation that an input comes from; `nil` where there is none. O(1).
  func producer(of input: Int) -> Int? {
    let producer = producers[value: input]
    return producer == Self.unknown ? nil : Int(producer)
  }

  /// The pause that each operation asks for after the one before it.
  private static func gaps(in orders: Orders, _ gap: Gap) -> [Double] {
    var gaps = [Double](repeating: 0, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      for position in orders.range(of: Device.ID(device)).dropFirst() {
        let (before, after) = (orders.operations[position - 1].kind, orders.operations[position].kind)
        gaps[position] =
          switch (before == .forward, after == .forward) {
          case (true, true): gap.forwardForward
          case (true, false): gap.forwardBackward
          case (false, true): gap.backwardForward
          case (false, false): gap.backwardBackward
          }
      }
    }
    return gaps
  }

  private static func producers(
    for operations: [Operation], coverage: Coverage, visits table: VisitNumbers
  ) -> FlatLists {
    var producers = FlatLists()
    func add(_ part: Coverage.Part, _ visit: Int) {
      let doer = coverage.doer(of: part, visit: visit)
      producers.append(doer == Coverage.none ? unknown : doer)
    }
    for (position, operation) in operations.enumerated() {
      let visit = Int(coverage.visits[position])
      let microbatch = operation.microbatch.index
      switch operation.kind {
      case _ where visit < 0: producers.append(unknown)
      case .forward:
        for input in table.inputs(ofVisit: visit, microbatch: microbatch) { add(.forward, input) }
      case .backwardInput, .backward:
        add(.forward, visit)
        for next in table.gradients(ofVisit: visit, microbatch: microbatch) { add(.backwardInput, next) }
      case .backwardWeight: add(.backwardInput, visit)
      case .recompute, .reload: add(.forward, visit)
      }
      producers.endList()
    }
    return producers
  }
}
