import PipelineModel

extension Problem {
  /// The same problem with every time changed alike: durations, latencies, transfers and optimizer steps.
  public func mappingTimes(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    parts.mapStages {
      $0.forward = change($0.forward)
      $0.backwardInput = change($0.backwardInput)
      $0.backwardWeight = change($0.backwardWeight)
    }
    for index in parts.devices.indices {
      parts.devices[index].optimizerStep = change(parts.devices[index].optimizerStep)
    }
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

  /// The same problem with every amount of memory changed alike: activations, static memory and limits.
  public func mappingMemory(_ change: (Double) -> Double) throws -> Problem {
    var parts = ProblemParts(of: self)
    parts.mapStages {
      $0.activationForB = change($0.activationForB)
      $0.activationForW = change($0.activationForW)
      $0.staticMemory = change($0.staticMemory)
    }
    for index in parts.devices.indices {
      parts.devices[index].memoryLimit = parts.devices[index].memoryLimit.map(change)
    }
    return try parts.problem()
  }
}

extension ProblemParts {
  /// Changes every stage.
  mutating func mapStages(_ change: (inout Stage) -> Void) {
    for index in stages.indices { change(&stages[index]) }
  }
}
