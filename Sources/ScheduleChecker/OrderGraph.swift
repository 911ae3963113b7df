import PipelineModel

/// What each operation of the orders waits for and how long it lasts, by position in `Orders.operations`.
///
/// Besides its predecessor in the order, an operation waits for at most one input, and for that of the operation
/// with which it is paired.
struct OrderGraph {
  /// Stands for the input of an operation that needs none.
  static let none: Int32 = -1
  /// Stands for an input that no operation provides, or that cannot be named.
  static let unknown: Int32 = -2

  /// Where each order begins, and after the last one its end.
  let bounds: [Int]
  /// The device of each operation.
  private(set) var devices: [Int32]
  /// How long each operation lasts, paired ones as long as the pair; not a number where its stage or microbatch
  /// does not exist.
  private(set) var durations: [Double]
  /// The position of the operation whose result each operation needs, `none` or `unknown`.
  private(set) var inputs: [Int32]
  /// How long after its producer's end each input arrives, unless it leaves later.
  private(set) var delays: [Double]
  /// Whether each operation runs together with the next one.
  private(set) var opensPair: [Bool]
  /// When messages leave that wait for each other.
  let departures: Departures

  var deviceCount: Int { bounds.count - 1 }
  var operationCount: Int { devices.count }

  /// Looks up the inputs and costs of all operations. O(n).
  init(_ schedule: Schedule, coverage: Coverage, visits table: VisitNumbers) {
    let orders = schedule.orders
    bounds = orders.bounds
    devices = Array(repeating: 0, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      for position in bounds[device]..<bounds[device + 1] { devices[position] = Int32(device) }
    }
    durations = Self.durations(of: orders.operations, on: devices, in: schedule.problem)
    inputs = Self.inputs(of: orders.operations, coverage: coverage, visits: table)
    departures = Departures(of: schedule, devices: devices, inputs: inputs)
    opensPair = Array(repeating: false, count: inputs.count)
    if let overlap = schedule.problem.overlap {
      for position in orders.pairs where orders.isProperPair(at: position) {
        let duration = overlap.forwardBackward * (durations[position] + durations[position + 1])
        opensPair[position] = true
        durations[position] = duration
        durations[position + 1] = duration
      }
    }
    delays = Array(repeating: 0, count: inputs.count)
    let times = MessageTimes(of: schedule.problem)
    for (position, input) in inputs.enumerated() where input >= 0 {
      delays[position] = times.arrival(
        from: Device.ID(rawValue: devices[Int(input)]), to: Device.ID(rawValue: devices[position]))
    }
  }

  /// Whether an operation's input comes from another device. O(1).
  func isMessage(to position: Int) -> Bool {
    inputs[position] >= 0 && devices[Int(inputs[position])] != devices[position]
  }

  /// The positions of the operations that run together with the one at a position, itself included. O(1).
  func together(_ position: Int) -> ClosedRange<Int> {
    if opensPair[position] { return position...position + 1 }
    return position > 0 && opensPair[position - 1] ? position - 1...position : position...position
  }

  private static func durations(
    of operations: [Operation], on devices: [Int32], in problem: Problem
  ) -> [Double] {
    let scales = problem.microbatches.map(\.scale)
    let speeds = problem.devices.map(\.speed)
    let stages = problem.stages
    return zip(operations, devices).map { operation, device in
      let (stage, microbatch) = (operation.stage.index, operation.microbatch.index)
      guard stages.indices.contains(stage), scales.indices.contains(microbatch) else { return .nan }
      let costs = stages[stage]
      let duration =
        switch operation.kind {
        case .forward: costs.forward
        case .backwardInput: costs.backwardInput
        case .backwardWeight: costs.backwardWeight
        case .backward: costs.backwardInput + costs.backwardWeight
        }
      return duration / speeds[Int(device)] * scales[microbatch]
    }
  }

  private static func inputs(
    of operations: [Operation], coverage: Coverage, visits table: VisitNumbers
  ) -> [Int32] {
    operations.indices.map { position in
      let visit = Int(coverage.visits[position])
      guard visit >= 0 else { return unknown }
      let operation = operations[position]
      let microbatch = operation.microbatch.index
      let first = table.first[microbatch]
      let last = table.first[microbatch + 1] - 1
      let producer: Int32
      switch operation.kind {
      case .forward:
        if visit == first { return none }
        producer = coverage.doer(of: .forward, visit: visit - 1)
      case .backwardInput, .backward:
        producer =
          visit == last
          ? coverage.doer(of: .forward, visit: visit)
          : coverage.doer(of: .backwardInput, visit: visit + 1)
      case .backwardWeight:
        producer = coverage.doer(of: .backwardInput, visit: visit)
      }
      return producer == Coverage.none ? unknown : producer
    }
  }
}
