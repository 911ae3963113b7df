extension Problem {
  /// The same problem with some of its parts changed: with streams and tasks, those of the plain problem that was written.
  ///
  /// - Throws: `ProblemError` when what was changed does not fit.
  private func changing(
    _ change: (inout ProblemParts) throws(ProblemError) -> Void
  ) throws(ProblemError) -> Problem {
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in try plain.changing(change) }
    }
    var parts = ProblemParts(of: self)
    try change(&parts)
    return try parts.problem()
  }

  /// The same problem with another batch of ordinary microbatches on the default route.
  ///
  /// - Throws: `ProblemError` when the count is out of range or no multiple of the pieces, or a replicated stage
  ///   leaves no default route.
  public func with(microbatchCount: Int) throws(ProblemError) -> Problem {
    try changing { (parts) throws(ProblemError) in
      try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
      parts.microbatches = Array(repeating: Microbatch(), count: microbatchCount)
      parts.routes = nil
      parts.modes = parts.modes?.resized(to: microbatchCount)
    }
  }

  /// The same problem with another choice of modes.
  ///
  /// - Throws: `ProblemError` when the stages have no such modes, or a device does not hold one microbatch in them.
  public func with(modes: ModeChoice) throws(ProblemError) -> Problem {
    modes == self.modes ? self : try changing { (parts) throws(ProblemError) in parts.modes = modes }
  }

  /// The same problem with one memory limit for all devices.
  ///
  /// - Throws: `ProblemError` when the limit is not a memory size or does not hold one microbatch.
  public func with(memoryLimit: Double) throws(ProblemError) -> Problem {
    try with(memoryLimits: Array(repeating: memoryLimit, count: deviceCount))
  }

  /// The same problem with a memory limit for each device; where there are modes to choose from, in mode 0 or, where that
  /// does not fit, in those that do.
  ///
  /// - Throws: `ProblemError` when a limit is not a memory size or does not hold one microbatch.
  package func with(memoryLimits: [Double]) throws(ProblemError) -> Problem {
    try with(limits: memoryLimits)
  }

  /// The same problem without memory limits; where there are modes to choose from, in mode 0.
  package var withoutMemoryLimits: Problem {
    (try? with(limits: Array(repeating: nil, count: deviceCount))) ?? self
  }

  private func with(limits: [Double?]) throws(ProblemError) -> Problem {
    try changing { [hasModes] (parts) throws(ProblemError) in
      for (index, limit) in zip(parts.devices.indices, limits) { parts.devices[index].memoryLimit = limit }
      if hasModes { parts.modes = nil }
    }
  }

  /// The same problem with one optimizer step for all devices.
  ///
  /// - Throws: `ProblemError` when the step is not a duration.
  public func with(optimizerStep: Double) throws(ProblemError) -> Problem {
    try changing { (parts) throws(ProblemError) in
      for index in parts.devices.indices { parts.devices[index].optimizerStep = optimizerStep }
    }
  }

  /// The same problem with other latencies.
  ///
  /// - Throws: `ProblemError` when a latency is not a duration.
  public func with(communication: Communication) throws(ProblemError) -> Problem {
    try changing { (parts) throws(ProblemError) in parts.communication = communication }
  }

  /// The same problem, on the default route, with other devices in the places of those that host its stages.
  ///
  /// - Parameter deviceOrder: for each device the one that takes its place.
  /// - Throws: `ProblemError` when a device does not hold what it is given.
  package func with(deviceOrder order: [Device.ID]) throws(ProblemError) -> Problem {
    try changing { (parts) throws(ProblemError) in
      let hosts = try ProblemRules.hosts(
        of: parts.placement, stageCount: parts.stages.count, deviceCount: parts.devices.count)
      parts.placement = hosts.placement(in: order)
      parts.routes = nil
    }
  }

  /// The same problem with or without a gain from overlapped pairs.
  ///
  /// - Throws: `ProblemError` when the factor is not above 0.
  public func with(overlap: Overlap?) throws(ProblemError) -> Problem {
    try changing { (parts) throws(ProblemError) in parts.overlap = overlap }
  }
}
