extension Problem {
  /// The same problem with another batch of ordinary microbatches on the default route.
  ///
  /// - Throws: `ProblemError` when the count is out of range, or a replicated stage leaves no default route.
  public func with(microbatchCount: Int) throws(ProblemError) -> Problem {
    try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
    return try Problem(
      name: name, source: source, units: units, devices: devices, stages: stages,
      microbatches: Array(repeating: Microbatch(), count: microbatchCount),
      placement: placement, communication: communication)
  }

  /// The same problem with one memory limit for all devices.
  ///
  /// - Throws: `ProblemError` when the limit is not a memory size or does not hold one microbatch.
  public func with(memoryLimit: Double) throws(ProblemError) -> Problem {
    try with(devices: devices.map { Device(memoryLimit: memoryLimit, optimizerStep: $0.optimizerStep) })
  }

  /// The same problem with one optimizer step for all devices.
  ///
  /// - Throws: `ProblemError` when the step is not a duration.
  public func with(optimizerStep: Double) throws(ProblemError) -> Problem {
    try with(devices: devices.map { Device(memoryLimit: $0.memoryLimit, optimizerStep: optimizerStep) })
  }

  /// The same problem with other latencies.
  ///
  /// - Throws: `ProblemError` when a latency is not a duration.
  public func with(communication: Communication) throws(ProblemError) -> Problem {
    try Problem(
      name: name, source: source, units: units, devices: devices, stages: stages,
      microbatches: microbatches, placement: placement, communication: communication,
      routes: (routes, routeIndexes.map { Int($0) }))
  }

  private func with(devices: [Device]) throws(ProblemError) -> Problem {
    try Problem(
      name: name, source: source, units: units, devices: devices, stages: stages,
      microbatches: microbatches, placement: placement, communication: communication,
      routes: (routes, routeIndexes.map { Int($0) }))
  }
}
