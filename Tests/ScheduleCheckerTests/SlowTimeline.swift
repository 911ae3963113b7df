import PipelineModel

/// Times, memory and period of orders, as naively as the semantics read: relaxation until nothing moves,
/// sums over whole prefixes, all cycles one by one.
struct SlowTimeline {
  let problem: Problem
  let orders: [[Operation]]
  private let device: [Operation: Int]

  init(_ schedule: RandomSchedule) {
    self.init(problem: schedule.problem, orders: schedule.orders)
  }

  init(problem: Problem, orders: [[Operation]]) {
    self.problem = problem
    self.orders = orders
    var device: [Operation: Int] = [:]
    for (index, order) in orders.enumerated() { for operation in order { device[operation] = index } }
    self.device = device
  }

  /// What an operation needs, each time as the operations of which one must have run.
  static func inputs(of operation: Operation, in problem: Problem) -> [[Operation]] {
    let visits = problem.route(of: operation.microbatch).visits
    guard let place = visits.firstIndex(where: { $0.stage == operation.stage }) else { return [] }
    func named(_ kinds: [Operation.Kind], _ place: Int) -> [Operation] {
      kinds.map { Operation($0, stage: visits[place].stage, microbatch: operation.microbatch) }
    }
    return switch operation.kind {
    case .forward: place == 0 ? [] : [named([.forward], place - 1)]
    case .backwardWeight: [named([.backwardInput], place)]
    case .backwardInput, .backward:
      place == visits.count - 1
        ? [named([.forward], place)] : [named([.backwardInput, .backward], place + 1)]
    }
  }

  /// The earliest start of every operation, when device d becomes free at `free[d]`; a device that is never
  /// free, at minus infinity, holds nothing up.
  func starts(free: [Double]) -> [[Double]] {
    var starts = orders.map { $0.map { _ in -Double.infinity } }
    func end(_ operation: Operation) -> Double {
      guard let device = device[operation], let place = orders[device].firstIndex(of: operation)
      else { return -.infinity }
      return starts[device][place] + duration(operation)
    }
    var moved = true
    while moved {
      moved = false
      for (index, order) in orders.enumerated() {
        for (place, operation) in order.enumerated() {
          var earliest = place == 0 ? free[index] : starts[index][place - 1] + duration(order[place - 1])
          for producer in Self.inputs(of: operation, in: problem).joined() {
            guard let source = device[producer] else { continue }
            let latency = problem.communication.latency(from: Device.ID(source), to: Device.ID(index))
            earliest = max(earliest, end(producer) + latency)
          }
          if earliest > starts[index][place] {
            starts[index][place] = earliest
            moved = true
          }
        }
      }
    }
    return starts
  }

  func duration(_ operation: Operation) -> Double {
    let stage = problem.stages[operation.stage.index]
    let cost =
      switch operation.kind {
      case .forward: stage.forward
      case .backwardInput: stage.backwardInput
      case .backwardWeight: stage.backwardWeight
      case .backward: stage.backwardInput + stage.backwardWeight
      }
    let speed = device[operation].map { problem.devices[$0].speed } ?? 1
    return cost / speed * problem.microbatches[operation.microbatch.index].scale
  }

  /// When each device is done, its optimizer step included; `nil` for one without operations.
  func finishes(free: [Double]) -> [Double?] {
    zip(orders, starts(free: free)).enumerated().map { index, pair in
      guard let last = pair.0.last, let start = pair.1.last else { return nil }
      return start + duration(last) + problem.devices[index].optimizerStep
    }
  }

  /// The times and the summary that a record of these orders should have.
  func record() -> RecordedSchedule {
    let starts = starts(free: problem.devices.map { _ in 0 })
    let ends = zip(orders, starts).map { order, starts in zip(order, starts).map { duration($0) + $1 } }
    return RecordedSchedule(
      schedule: Schedule(problem: problem, orders: Orders(orders)),
      times: RecordedSchedule.Times(starts: Array(starts.joined()), ends: Array(ends.joined())),
      summary: summary(starts))
  }

  private func summary(_ starts: [[Double]]) -> Summary {
    let finishes = finishes(free: problem.devices.map { _ in 0 })
    let spans = zip(starts, finishes).compactMap { starts, end in end.map { $0 - starts[0] } }
    func largest(_ values: [Double]) -> Double { values.max() ?? 0 }
    let makespan = largest(finishes.compactMap { $0 }) - (starts.compactMap(\.first).min() ?? 0)
    let work = orders.enumerated().map { index, order in
      order.isEmpty ? 0 : order.map(duration).reduce(problem.devices[index].optimizerStep, +)
    }
    let total = work.reduce(0, +)
    let devices = Double(problem.deviceCount)
    let period = period()
    func rate(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : 1 - part / whole }
    return Summary(
      makespan: makespan, period: period, longestDeviceSpan: largest(spans),
      makespanBubble: rate(total, devices * makespan), periodBubble: rate(total, devices * period),
      spanBubble: rate(largest(work), largest(spans)), imbalance: rate(total / devices, largest(work)),
      peakMemory: problem.devices.indices.map(peak),
      certificate: Certificate(
        objective: .period, lowerBound: period / 2, gap: period > 0 ? 0.5 : 0, optimal: period == 0))
  }

  /// The most a device holds while any of its operations runs, each prefix summed anew.
  func peak(of device: Int) -> Double {
    let hosted = problem.stages.indices.filter { problem.hosts[$0].contains(Device.ID(device)) }
    let fixed = hosted.map { problem.stages[$0].staticMemory }.reduce(0, +)
    let order = orders[device]
    let sums = order.indices.map { place in
      let started = order[...place]
      let ended = Set(order[..<place])
      return started.filter { $0.kind == .forward }.reduce(fixed) { sum, forward in
        func has(_ kind: Operation.Kind) -> Bool {
          ended.contains(Operation(kind, stage: forward.stage, microbatch: forward.microbatch))
        }
        let stage = problem.stages[forward.stage.index]
        if has(.backward) || has(.backwardWeight) { return sum }
        return sum + (has(.backwardInput) ? stage.activationForW : stage.activationForB)
      }
    }
    return sums.reduce(fixed, max)
  }
}

extension SlowTimeline {
  /// `L[d][e]`: the longest path from the first start on device d to the last end on device e.
  func longestPaths() -> [[Double]] {
    problem.devices.indices.map { source in
      let free = problem.devices.indices.map { $0 == source ? 0 : -Double.infinity }
      return finishes(free: free).map { $0 ?? -.infinity }
    }
  }

  /// The largest mean of all simple cycles of L, walked one by one.
  func period() -> Double {
    let paths = longestPaths()
    var best = -Double.infinity
    func walk(_ path: [Int], _ length: Double) {
      guard let first = path.first, let last = path.last else { return }
      best = max(best, (length + paths[last][first]) / Double(path.count))
      for next in paths.indices where next > first && !path.contains(next) {
        walk(path + [next], length + paths[last][next])
      }
    }
    for device in paths.indices where !orders[device].isEmpty { walk([device], 0) }
    return best
  }
}
