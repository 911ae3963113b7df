import PipelineModel

/// What devices hold over a run where some of it is held by time: what their orders tell, and the outputs of tasks on other
/// streams or for them, each from the start of its task to the end of the last operation that needs it.
struct HeldByTime {
  /// The most each device holds at any moment, static memory included.
  private(set) var peaks: [Double]
  /// Every start that takes a device over its limit which its order alone would not.
  private(set) var violations: [Violation] = []

  private let schedule: Schedule
  private let coverage: Coverage
  private let simulation: Simulation
  private let durations: [Double]

  /// Runs orders as early as they allow; `nil` where nothing is held by time. O(n log n).
  init?(
    _ memory: MemoryProfile, of schedule: Schedule, coverage: Coverage, _ graph: OrderGraph,
    executionOrder: [Int32]
  ) {
    guard !memory.timed.isEmpty else { return nil }
    var simulation = Simulation(of: schedule.problem, graph: graph, executionOrder: executionOrder)
    var clocks = simulation.beginning
    simulation.run(&clocks)
    self.simulation = simulation
    self.schedule = schedule
    self.coverage = coverage
    durations = graph.durations
    peaks = memory.atStart
    for device in schedule.problem.devices.indices {
      let own = memory.timed.filter { $0.timed.device.index == device }
      guard !own.isEmpty else {
        peaks[device] = memory.levels[device].reduce(memory.atStart[device]) { max($0, $1.held) }
        continue
      }
      follow(own, beside: memory.levels[device], on: device)
    }
  }

  /// Follows what a device holds, moment by moment.
  private mutating func follow(
    _ outputs: [(timed: HeldForTasks.Timed, amount: Double)], beside levels: [MemoryProfile.Level],
    on device: Int
  ) {
    let besides = StepFunction(outputs.flatMap { changes(of: $0.timed, $0.amount) })
    var beginnings = outputs.map { output in
      let position = Int(coverage.doer(of: .forward, visit: output.timed.output.visit))
      return (time: simulation.start(of: position), position: position)
    }
    beginnings.sort { $0.time < $1.time }
    var (next, order) = (0, peaks[device])
    func begun(before time: Double) -> [(time: Double, position: Int)] {
      let first = next
      while next < beginnings.count, beginnings[next].time.isClearlyBelow(time) { next += 1 }
      return Array(beginnings[first..<next])
    }
    peaks[device] += besides.value(at: 0)
    for level in levels {
      let time = level.isStart ? simulation.start(of: level.position) : end(level.position)
      for (time, position) in begun(before: time) {
        note(position, order, besides: besides.value(at: time), on: device)
      }
      order = level.held
      if level.isStart { note(level.position, order, besides: besides.value(at: time), on: device) }
    }
    for (time, position) in begun(before: .greatestFiniteMagnitude) {
      note(position, order, besides: besides.value(at: time), on: device)
    }
  }

  private mutating func note(_ position: Int, _ order: Double, besides timed: Double, on device: Int) {
    let total = order + timed
    peaks[device] = max(peaks[device], total)
    guard let limit = schedule.problem.devices[device].memoryLimit, limit.isClearlyBelow(total),
      !limit.isClearlyBelow(order)
    else { return }
    violations.append(
      schedule.orders.violation(
        at: position, on: schedule.orders.device(at: position), .overMemoryLimit(memory: total, limit: limit))
    )
  }

  private func end(_ position: Int) -> Double { simulation.start(of: position) + durations[position] }

  /// When an output is taken and released.
  private func changes(of timed: HeldForTasks.Timed, _ amount: Double) -> [(time: Double, amount: Double)] {
    let own = Int(coverage.doer(of: .forward, visit: timed.output.visit))
    let readers = timed.readers.map { reader in
      let part: Coverage.Part =
        switch reader.kind {
        case .backwardInput: .backwardInput
        case .backwardWeight: .backwardWeight
        default: .forward
        }
      return end(Int(coverage.doer(of: part, visit: reader.visit)))
    }
    // What the iteration before made is there from the start, and what this one makes until its end.
    return [(simulation.start(of: own), amount)] + (timed.isCarried ? [(0, amount)] : [])
      + [((readers + (timed.isCarried ? [] : [end(own)])).max() ?? 0, -amount)]
  }
}

/// A sum of changes over time.
private struct StepFunction {
  private var times: [Double] = []
  private var values: [Double] = []

  init(_ changes: [(time: Double, amount: Double)]) {
    var value = 0.0
    for change in changes.sorted(by: { $0.time < $1.time }) {
      value += change.amount
      times.append(change.time)
      values.append(value)
    }
  }

  /// The sum of all changes up to a moment, those at the moment included. O(log changes).
  func value(at time: Double) -> Double {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if time.isClearlyBelow(times[middle]) { high = middle } else { low = middle + 1 }
    }
    return low == 0 ? 0 : values[low - 1]
  }
}
