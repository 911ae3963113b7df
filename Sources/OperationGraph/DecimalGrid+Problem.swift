import PipelineModel

extension DecimalGrid {
  /// The grid of all times of a problem. O(stages x speeds + visits).
  init(times problem: Problem) {
    let latencies = problem.finiteLatencies
    var values = Set(latencies + problem.finiteTransfers)
    let speeds = Set(problem.devices.map(\.speed))
    for stage in problem.stages {
      for mode in stage.inAllModes {
        for speed in speeds { values.formUnion(mode.atSpeed(speed).durations) }
      }
    }
    values.formUnion(problem.transferTimes)
    values.formUnion(problem.devices.map(\.optimizerStep) + problem.gap.times + [problem.tail])
    let scales = Set(problem.microbatches.map(\.scale))
    let multiples = problem.overlap?.forwardBackward.numbers ?? []
    let operations = 2 * Double(problem.visitCount)
    let waits =
      operations * ((latencies.max() ?? 0) + (problem.transferTimes.max() ?? 0))
      + 1.5 * operations * (problem.gap.times.max() ?? 0)
    // The period's shifts stay below a few makespans.
    let work = problem.largestWork * max(1, multiples.max() ?? 1)
    self.init(
      values: values, factors: Set(scales.flatMap(\.factors)), multiples: Set(multiples),
      bound: 16 * (work + waits + problem.tail))
  }

  /// The grid of all memory sizes of a problem. O(stages + microbatches).
  init(memory problem: Problem) {
    let stages = problem.stages
    let values = stages.flatMap(\.inAllModes).flatMap {
      [$0.activationForB, $0.activationForW, $0.staticMemory, $0.activationForForward, $0.offload]
    }
    // What is carried from iteration to iteration is there twice for a while.
    let apart = problem.outputsApart.reduce(0) { $0 + 2 * $1.memory }
    let fixed = stages.reduce(apart) { $0 + $1.staticMemory }
    let most = problem.activationsOfOneMicrobatch.max() ?? 0
    let factors = Set(problem.microbatches.map(\.memory)).flatMap(\.numbers)
    self.init(
      values: Set(values), factors: Set(factors), bound: fixed + most * Double(problem.microbatchCount))
  }
}

extension Problem {
  /// What transfers to and from hosts take, whatever the choice of modes. O(stages + factors of memory).
  fileprivate var transferTimes: [Double] {
    let offloading = stages.flatMap(\.inAllModes).filter { $0.offload > 0 }
    guard !offloading.isEmpty else { return [] }
    let factors = Set(microbatches.map(\.memory)).flatMap(\.numbers)
    return Set(devices.compactMap(\.host)).flatMap { host in
      offloading.flatMap { stage in factors.map { stage.transferTime(over: host, memory: $0) } }
    }
  }

  /// At least all work of all devices, first and last operations of stages at their longest.
  fileprivate var largestWork: Double {
    let steps = devices.reduce(0) { $0 + $1.optimizerStep }
    let ends = stages.reduce(0) { $0 + ($1.firstForward ?? 0) + ($1.lastBackward ?? 0) }
    let slowest = devices.map(\.speed).min() ?? 1
    let scale = microbatches.reduce(0) { $1.scale.factors.reduce($0, max) }
    let hosts = Double(hosts.reduce(0) { max($0, $1.count) })
    return deviceWork.reduce(0, +) + steps + (ends == 0 ? 0 : 2 * ends * scale * hosts / slowest)
  }
}

extension Stage {
  /// All durations that the stage has.
  fileprivate var durations: [Double] {
    let passes = Operation.Kind.allCases.compactMap { kind -> Double? in
      kind == .backward && isSplit ? nil : duration(of: kind)
    }
    return passes + [firstForward, lastBackward].compactMap { $0 }
  }
}
