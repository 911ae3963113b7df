extension Problem {
  /// The same problem with another batch of ordinary microbatches on the default route.
  ///
  /// - Throws: `ProblemError` when the count is out of range or no multiple of the pieces, or a replicated stage
  ///   leaves no default route.
  public func with(microbatchCount: Int) throws(ProblemError) -> Problem {
    try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in
        try plain.with(microbatchCount: microbatchCount)
      }
    }
    var parts = ProblemParts(of: self)
    parts.microbatches = Array(repeating: Microbatch(), count: microbatchCount)
    parts.routes = nil
    parts.modes = parts.modes?.resized(to: microbatchCount)
    return try parts.problem()
  }

  /// The same problem with another choice of modes.
  ///
  /// - Throws: `ProblemError` when the stages have no such modes, or a device does not hold one microbatch in them.
  public func with(modes: ModeChoice) throws(ProblemError) -> Problem {
    if modes == self.modes { return self }
    var parts = ProblemParts(of: self)
    parts.modes = modes
    return try parts.problem()
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
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in
        try plain.with(memoryLimits: memoryLimits)
      }
    }
    var parts = ProblemParts(of: self)
    for (index, limit) in zip(parts.devices.indices, memoryLimits) {
      parts.devices[index].memoryLimit = limit
    }
    if hasModes { parts.modes = nil }
    return try parts.problem()
  }

  /// The same problem without memory limits; where there are modes to choose from, in mode 0.
  package var withoutMemoryLimits: Problem {
    if let layout {
      return
        (try? layout.written.changing { (plain) throws(ProblemError) in plain.withoutMemoryLimits }) ?? self
    }
    var parts = ProblemParts(of: self)
    for index in parts.devices.indices { parts.devices[index].memoryLimit = nil }
    if hasModes { parts.modes = nil }
    return (try? parts.problem()) ?? self
  }

  /// The same problem with one optimizer step for all devices.
  ///
  /// - Throws: `ProblemError` when the step is not a duration.
  public func with(optimizerStep: Double) throws(ProblemError) -> Problem {
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in
        try plain.with(optimizerStep: optimizerStep)
      }
    }
    var parts = ProblemParts(of: self)
    for index in parts.devices.indices { parts.devices[index].optimizerStep = optimizerStep }
    return try parts.problem()
  }

  /// The same problem with other latencies.
  ///
  /// - Throws: `ProblemError` when a latency is not a duration.
  public func with(communication: Communication) throws(ProblemError) -> Problem {
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in
        try plain.with(communication: communication)
      }
    }
    var parts = ProblemParts(of: self)
    parts.communication = communication
    return try parts.problem()
  }

  /// The same problem with or without a gain from overlapped pairs.
  ///
  /// - Throws: `ProblemError` when the factor is not above 0.
  public func with(overlap: Overlap?) throws(ProblemError) -> Problem {
    if let layout {
      return try layout.written.changing { (plain) throws(ProblemError) in try plain.with(overlap: overlap) }
    }
    var parts = ProblemParts(of: self)
    parts.overlap = overlap
    return try parts.problem()
  }
}
