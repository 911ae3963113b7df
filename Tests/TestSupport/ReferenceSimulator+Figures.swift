import PipelineModel

extension ReferenceSimulator {
  /// Last end minus first start, each device's barrier and optimizer step included, and the tail; `nil` for
  /// orders that can never run.
  public static func makespan(_ problem: Problem, _ orders: Orders) -> Double? {
    makespan(problem, orders, Dependences(of: problem))
  }

  static func makespan(_ problem: Problem, _ orders: Orders, _ dependences: Dependences) -> Double? {
    guard let run = ReferenceSimulator(problem, orders, dependences) else { return nil }
    let ends = run.deviceEnds(problem, orders).compactMap { $0 }
    return (ends.max() ?? 0) - (run.starts.values.min() ?? 0) + problem.tail
  }

  /// The period by its definition: the longest path from the first start on each device to the end of each, found by one
  /// run per device, and then the largest mean over all closed walks of as many steps as there are devices, and the tail;
  /// `nil` for orders that can never run. What is handed over to the next iteration counts as a device.
  public static func period(_ problem: Problem, _ orders: Orders) -> Double? {
    period(problem, orders, Dependences(of: problem))
  }

  static func period(_ problem: Problem, _ orders: Orders, _ dependences: Dependences) -> Double? {
    guard let paths = longestPaths(problem, orders, dependences) else { return nil }
    var (largest, walks) = (0.0, paths)
    for length in 1...paths.count {
      for state in paths.indices { largest = max(largest, walks[state][state] / Double(length)) }
      walks = walks.map { walk in
        paths.indices.map { end in paths.indices.reduce(-.infinity) { max($0, walk[$1] + paths[$1][end]) } }
      }
    }
    return largest + problem.tail
  }

  /// `L[d][e]`: the longest path from the first start on device d to the end of device e, minus infinity where
  /// there is none; `nil` for orders that can never run. Behind the devices come the operations that wait for the iteration
  /// before: from the arrival of what it hands over to that in the next.
  public static func longestPaths(_ problem: Problem, _ orders: Orders) -> [[Double]]? {
    longestPaths(problem, orders, Dependences(of: problem))
  }

  private static func longestPaths(
    _ problem: Problem, _ orders: Orders, _ dependences: Dependences
  ) -> [[Double]]? {
    let waiting = dependences.handedOver.keys.sorted { $0.description < $1.description }
    var paths: [[Double]] = []
    for source in 0..<problem.deviceCount + waiting.count {
      let releases = problem.devices.indices.map { $0 == source ? 0 : -Double.infinity }
      let arrivals = waiting.enumerated().map { number, operation in
        (operation, problem.deviceCount + number == source ? 0 : -Double.infinity)
      }
      guard
        let run = ReferenceSimulator(
          problem, orders, dependences, releases: releases,
          handedOver: Dictionary(uniqueKeysWithValues: arrivals))
      else { return nil }
      let handedOver = waiting.map { operation in
        (dependences.handedOver[operation] ?? []).reduce(-Double.infinity) { last, producer in
          let (from, to) = (dependences.device(of: producer), dependences.device(of: operation))
          return max(last, (run.ends[producer] ?? .nan) + problem.communication.latency(from: from, to: to))
        }
      }
      paths.append(run.deviceEnds(problem, orders).map { $0 ?? -.infinity } + handedOver)
    }
    return paths
  }

  /// The most memory that each device holds at any moment.
  public static func peakMemory(_ problem: Problem, _ orders: Orders) -> [Double] {
    let dependences = Dependences(of: problem)
    let run = ReferenceSimulator(problem, orders, dependences)
    let outputs = dependences.outputs.filter(\.isHeldByTime)
    return problem.devices.indices.map { device in
      let timed = outputs.filter { $0.device.index == device }
      func held(at time: Double) -> Double { timed.reduce(0) { $0 + (run?.held(of: $1, at: time) ?? 0) } }
      // Where something begins that is held by time.
      let beginnings = timed.compactMap { output in run?.starts[output.forward] }.map { time in
        (run?.memory(of: Device.ID(device), at: time + 1e-9, problem, orders) ?? 0) + held(at: time)
      }
      var memory = DeviceMemory(of: Device.ID(device), in: problem, dependences)
      let first = beginnings.reduce(memory.total + held(at: 0), max)
      return orders.steps(of: Device.ID(device), in: problem).reduce(first) { most, block in
        let start = run?.starts[block[0]] ?? .infinity
        let freed = memory.offloads.filter { (run?.transfers[$0.forward]?.end ?? 0) <= start + 1e-9 }
          .reduce(0) { $0 + $1.amount }
        let before = memory.total
        for operation in block { memory.start(operation) }
        defer { for operation in block { memory.end(operation) } }
        // What takes nothing may end at once: what it releases then comes before what begins.
        return memory.total > before ? max(most, memory.total - freed + held(at: start)) : most
      }
    }
  }

  /// What is held of an output at a time, what begins then included and what ends then not.
  private func held(of output: Dependences.Output, at moment: Double) -> Double {
    let time = moment + 1e-9
    let read = output.readers.map { ends[$0] ?? ends[$0.asWhole] ?? 0 }
    let start = starts[output.forward] ?? 0
    guard output.isCarried else {
      let end = read.reduce(ends[output.forward] ?? 0, max)
      return start <= time && time < end ? output.amount : 0
    }
    let end = read.reduce(0, max)
    return (time < end ? output.amount : 0) + (start <= time ? output.amount : 0)
  }

  /// What a device holds at a moment at which no operation and no transfer begins or ends.
  public func memory(of device: Device.ID, at time: Double, _ problem: Problem, _ orders: Orders) -> Double {
    let dependences = Dependences(of: problem)
    var memory = DeviceMemory(of: device, in: problem, dependences)
    for block in orders.steps(of: device, in: problem) {
      if starts[block[0]] ?? .infinity <= time { for operation in block { memory.start(operation) } }
      if ends[block[0]] ?? .infinity <= time { for operation in block { memory.end(operation) } }
    }
    let freed = memory.offloads.filter { transfers[$0.forward]?.end ?? .infinity <= time }
    return memory.total - freed.reduce(0) { $0 + $1.amount }
  }

  /// How long each device is busy, its optimizer step included; a pair counts once.
  public static func deviceWork(_ problem: Problem, _ orders: Orders) -> [Double] {
    problem.devices.indices.map { index in
      let order = orders.range(of: Device.ID(index))
      var (work, position) = (order.isEmpty ? 0 : problem.devices[index].optimizerStep, order.lowerBound)
      while position < order.upperBound {
        let together = orders.together(position, in: problem)
        work += orders.duration(of: together, on: Device.ID(index), in: problem)
        position += together.count
      }
      return work
    }
  }

  /// The end of each device, after it has waited for its group and taken its optimizer step; `nil` for a device
  /// without operations.
  public func deviceEnds(_ problem: Problem, _ orders: Orders) -> [Double?] {
    let last = problem.devices.indices.map { orders[Device.ID($0)].last.flatMap { ends[$0] } }
    return problem.devices.indices.map { device in
      guard let own = last[device] else { return nil }
      let group = problem.barrier.groups(deviceCount: problem.deviceCount)
        .first { $0.contains(Device.ID(device)) }
      let waited = (group ?? []).compactMap { last[$0.index] }.reduce(own, max)
      return waited + problem.devices[device].optimizerStep
    }
  }
}

extension Operation {
  /// The `BW` that stands for a `B` or a `W`.
  fileprivate var asWhole: Operation { Operation(.backward, stage: stage, microbatch: microbatch) }
}
