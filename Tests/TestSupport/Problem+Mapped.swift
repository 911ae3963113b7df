import PipelineModel

extension Problem {
  /// The same problem with every time changed alike: durations, gaps, latencies, transfers, optimizer steps and
  /// the tail.
  public func mappingTimes(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    parts.stages = stages.map { $0.withDurations(change) }
    for index in parts.devices.indices {
      parts.devices[index].optimizerStep = change(parts.devices[index].optimizerStep)
    }
    parts.gap = Gap(
      forwardForward: change(gap.forwardForward), forwardBackward: change(gap.forwardBackward),
      backwardForward: change(gap.backwardForward), backwardBackward: change(gap.backwardBackward))
    parts.tail = change(tail)
    switch communication {
    case .uniform(let latency): parts.communication = .uniform(change(latency))
    case .matrix(let rows): parts.communication = .matrix(rows.map { $0.map(change) })
    case .links(var links):
      links.latency = links.latency.map { $0.map(change) }
      links.bytes = change(links.bytes)
      parts.communication = .links(links)
    }
    return try parts.problem()
  }

  /// The same problem with every amount of memory changed alike: activations, checkpoints, static memory and
  /// limits.
  public func mappingMemory(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    for index in parts.stages.indices {
      parts.stages[index].activationForB = change(stages[index].activationForB)
      parts.stages[index].activationForW = change(stages[index].activationForW)
      parts.stages[index].checkpoint = stages[index].checkpoint.map(change)
      parts.stages[index].staticMemory = change(stages[index].staticMemory)
    }
    for index in parts.devices.indices {
      parts.devices[index].memoryLimit = parts.devices[index].memoryLimit.map(change)
    }
    return try parts.problem()
  }
}
