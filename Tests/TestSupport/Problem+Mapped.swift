import PipelineModel

extension Problem {
  /// The same problem with every time changed alike: durations, gaps, latencies, transfers, those to and
  /// from hosts among them, optimizer steps and the tail.
  public func mappingTimes(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    parts.stages = stages.map { $0.withDurations(change) }
    for index in parts.devices.indices {
      parts.devices[index].optimizerStep = change(parts.devices[index].optimizerStep)
      parts.devices[index].host = parts.devices[index].host.map {
        HostLink(bandwidth: 1 / change(1 / $0.bandwidth), latency: change($0.latency))
      }
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
      for index in parts.stages.indices {
        parts.stages[index].messageBytes = stages[index].messageBytes.map(change)
      }
      parts.communication = .links(links)
    }
    return try parts.problem()
  }

  /// The same problem with every amount of memory changed alike: activations, checkpoints, what is offloaded, static
  /// memory, limits, and what gets to hosts in a time.
  public func mappingMemory(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    for index in parts.stages.indices {
      parts.stages[index].activationForB = change(stages[index].activationForB)
      parts.stages[index].activationForW = change(stages[index].activationForW)
      parts.stages[index].checkpoint = stages[index].checkpoint.map(change)
      parts.stages[index].offload = change(stages[index].offload)
      parts.stages[index].modes = stages[index].modes.map { mode in
        var changed = mode
        changed.activationForB = mode.activationForB.map(change)
        changed.activationForW = mode.activationForW.map(change)
        changed.checkpoint = mode.checkpoint.map(change)
        changed.offload = change(mode.offload)
        return changed
      }
      parts.stages[index].staticMemory = change(stages[index].staticMemory)
    }
    for index in parts.devices.indices {
      parts.devices[index].memoryLimit = parts.devices[index].memoryLimit.map(change)
      parts.devices[index].host?.bandwidth = change(devices[index].host?.bandwidth ?? 1)
    }
    return try parts.problem()
  }
}
