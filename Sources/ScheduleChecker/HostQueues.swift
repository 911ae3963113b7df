import PipelineModel

/// The transfers between devices and their hosts, in the order in which each channel carries them.
struct HostQueues {
  /// How long the transfer takes that each operation begins; not a number where it begins none. Empty where nothing
  /// is offloaded.
  private var times: [Double] = []
  /// How much it moves.
  private var amounts: [Double] = []
  /// The operation that begins the transfer before it on the same channel.
  private var predecessors: [Int32] = []
  /// The operations that begin transfers, device by device in their order.
  private(set) var positions: [Int] = []

  /// Looks up what every operation that counts moves. O(operations).
  init(of schedule: Schedule, coverage: Coverage) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    guard problem.hasReloads else { return }
    times = Array(repeating: .nan, count: orders.operations.count)
    amounts = Array(repeating: 0, count: orders.operations.count)
    predecessors = Array(repeating: Coverage.none, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      guard let host = problem.devices[device].host else { continue }
      var last: [Operation.Kind: Int] = [:]
      for position in orders.range(of: Device.ID(device)) where coverage.counts[position] {
        let operation = orders.operations[position]
        guard operation.kind == .forward || operation.kind == .reload else { continue }
        let stage = problem.stage(operation.stage, of: operation.microbatch)
        guard stage.offload > 0 else { continue }
        amounts[position] =
          stage.offload * problem.microbatches[operation.microbatch.index].memory[operation.stage]
        times[position] = Self.time(of: amounts[position], over: host)
        predecessors[position] = last[operation.kind].map { Int32($0) } ?? Coverage.none
        last[operation.kind] = position
        positions.append(position)
      }
    }
  }

  /// How long the transfer takes that an operation begins; `nil` where it begins none. O(1).
  func time(from position: Int) -> Double? {
    times.isEmpty || times[position].isNaN ? nil : times[position]
  }

  /// How much the transfer moves that an operation begins. O(1).
  func amount(from position: Int) -> Double { amounts[position] }

  /// The operation that begins the transfer before that of another; `nil` for the first of a channel. O(1).
  func predecessor(of position: Int) -> Int? {
    predecessors[position] == Coverage.none ? nil : Int(predecessors[position])
  }

  /// Up to the next millionth, where more than rounding lies between.
  private static func time(of amount: Double, over host: HostLink) -> Double {
    let millionths = 1e6 * (host.latency + amount / host.bandwidth)
    let below = millionths.rounded(.down)
    return (millionths - below <= 1e-12 * max(1, millionths) ? below : below + 1) / 1e6
  }
}
