/// A way to lay a sequential problem out anew over its devices.
public enum Arrangement: String, Hashable, Sendable, CaseIterable {
  /// Chunk k of the model on device k mod D.
  case loop
  /// Chunks back and forth over the devices.
  case v
  /// Two copies of the model, one from each end; half of the microbatches enter at either.
  case bidirectional
}

extension Problem {
  /// A sequential problem with every stage cut in equal chunks, laid out anew.
  ///
  /// A chunk has its share of the stage's times, activations and static memory. In a bidirectional arrangement
  /// device d of D hosts every stage that d and D-1-d have had, and the first half of the microbatches
  /// visits the stages from device 0 on, the second half from device D-1 on.
  ///
  /// - Parameter chunks: how many chunks each stage is cut in; 1 for a bidirectional arrangement.
  /// - Throws: `ProblemError` unless the placement is sequential and the counts allow it.
  /// - Complexity: O(chunks x stages + microbatches).
  public func arranged(_ arrangement: Arrangement, chunks: Int) throws(ProblemError) -> Problem {
    guard isSequential else { throw ProblemError(["placement"], .notSequential) }
    try ProblemRules.checkCount(chunks, key: ["chunks"])
    try ProblemRules.checkCount(chunks * stageCount, key: ["chunks"])
    if partition != nil, arrangement != .bidirectional { return try recut(arrangement, chunks: chunks) }
    var parts = ProblemParts(of: self)
    parts.stages = stages.flatMap { stage in
      let layers = stage.layers(inChunks: chunks)
      return (0..<chunks).map { chunk in
        var share = stage.share(of: chunks)
        share.inputs = nil
        share.layers = layers?[chunk]
        return share
      }
    }
    parts.repeatFactors(chunks)
    parts.routes = nil
    parts.modes = nil
    switch arrangement {
    case .loop: parts.placement = .loop
    case .v: parts.placement = .v
    case .bidirectional:
      guard chunks == 1 else { throw ProblemError(["chunks"], .chunkedBothWays(chunks)) }
      try parts.copyBackwards()
    }
    return try parts.problem()
  }

  /// The layers of a sequential problem in so many stages on each device, with the largest work of a device as small as it
  /// can be: layers are not cut in parts, as stages are.
  private func recut(_ arrangement: Arrangement, chunks: Int) throws(ProblemError) -> Problem {
    let open = try PartitionProblem(self).arranged(
      arrangement == .v ? .v : .loop, stageCount: chunks * deviceCount)
    return try open.cut(open.balancedCounts)
  }

  /// The same problem with every microbatch of a sequential pipeline cut in equal pieces along its sequence.
  ///
  /// - Throws: `ProblemError` unless the placement is sequential and the count allowed.
  /// - Complexity: O(stages + microbatches x pieces).
  public func cut(intoPieces count: Int) throws(ProblemError) -> Problem {
    guard isSequential else { throw ProblemError(["placement"], .notSequential) }
    try ProblemRules.checkCount(count, key: ["pieces"])
    try ProblemRules.checkCount(count * microbatchCount, key: ["pieces"])
    var parts = ProblemParts(of: self)
    parts.stages = stages.map {
      var share = $0.share(of: count)
      share.staticMemory = $0.staticMemory
      share.layers = $0.layers
      return share
    }
    parts.microbatches = microbatches.flatMap { Array(repeating: $0, count: count) }
    parts.pieces = count
    parts.routes = nil
    parts.modes = nil
    return try parts.problem()
  }
}

extension Problem {
  /// Whether the same stages can have other devices: each has one, equally many are on every device, and every
  /// microbatch visits all in order, by no rules of its own. O(stages).
  public var hasMovableStages: Bool {
    guard usesDefaultRoute, skipReorder == nil else { return false }
    var counts = [Int](repeating: 0, count: deviceCount)
    for hosts in hosts { counts[hosts[0].index] += 1 }
    return Set(counts).count == 1
  }

  /// The same stages on other devices; every device keeps its own limit, speed and links.
  ///
  /// - Throws: `ProblemError` unless the stages can be moved, and where a device does not hold what it is given.
  /// - Complexity: O(problem).
  public func relaid(_ placement: Placement) throws(ProblemError) -> Problem {
    guard hasMovableStages else { throw ProblemError(["placement"], .notEven) }
    var parts = ProblemParts(of: self)
    parts.placement = placement
    parts.routes = nil
    if let partition {
      parts.stages = try partition.stages(on: parts.hosts(), modesPer: instance.modesPer)
    }
    return try parts.problem()
  }
}

extension Stage {
  /// The layers of each of `count` equal chunks, in order; `nil` where they do not divide evenly, or parts of one
  /// layer would come to lie in two chunks.
  fileprivate func layers(inChunks count: Int) -> [[String]]? {
    guard let layers, layers.count.isMultiple(of: count) else { return nil }
    let size = layers.count / count
    let chunks = (0..<count).map { Array(layers[$0 * size..<($0 + 1) * size]) }
    let layerCount = chunks.reduce(0) { $0 + StageLayers($1).layerCount }
    return layerCount == StageLayers(layers).layerCount ? chunks : nil
  }

  /// One of `count` equal shares of a stage, without names.
  fileprivate func share(of count: Int) -> Stage {
    let divisor = Double(count)
    var share = withDurations { $0 / divisor }
    share.activationForB /= divisor
    share.activationForW /= divisor
    share.checkpoint = checkpoint.map { $0 / divisor }
    share.offload /= divisor
    share.modes = share.modes.map { $0.share(of: divisor) }
    share.staticMemory /= divisor
    share.layers = nil
    return share
  }
}

extension Mode {
  /// One of so many equal shares of a mode whose times are shared already.
  fileprivate func share(of divisor: Double) -> Mode {
    var share = self
    share.activationForB = activationForB.map { $0 / divisor }
    share.activationForW = activationForW.map { $0 / divisor }
    share.checkpoint = checkpoint.map { $0 / divisor }
    share.offload /= divisor
    return share
  }
}

extension ProblemParts {
  /// Adds a second copy of the model, device by device in the opposite order, for half of the microbatches.
  fileprivate mutating func copyBackwards() throws(ProblemError) {
    let count = instance.devices.count
    guard count.isMultiple(of: 2) else { throw ProblemError(["devices"], .odd(count)) }
    let microbatches = instance.microbatches
    guard microbatches.count.isMultiple(of: 2) else {
      throw ProblemError(["microbatches"], .odd(microbatches.count))
    }
    let down = (0..<count).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let up = (0..<count).map { Route.Visit(stage: Stage.ID($0), device: Device.ID(count - 1 - $0)) }
    instance.placement = .explicit(zip(down, up).map { [$0.device, $1.device] })
    let half = microbatches.count / 2
    routes = (
      [Route(visits: down), Route(visits: up)], microbatches.indices.map { $0 < half ? 0 : 1 }
    )
  }

  /// Gives every chunk of a stage the factors of the stage.
  fileprivate mutating func repeatFactors(_ chunks: Int) {
    guard chunks > 1 else { return }
    func repeated(_ factors: PerStage) -> PerStage {
      guard case .each(let numbers) = factors else { return factors }
      return .each(numbers.flatMap { Array(repeating: $0, count: chunks) })
    }
    for index in instance.microbatches.indices {
      let scale = instance.microbatches[index].scale
      instance.microbatches[index].scale = Microbatch.Scale(
        forward: repeated(scale.forward), backwardInput: repeated(scale.backwardInput),
        backwardWeight: repeated(scale.backwardWeight))
      instance.microbatches[index].memory = repeated(instance.microbatches[index].memory)
    }
    instance.overlap = instance.overlap.map { Overlap(forwardBackward: repeated($0.forwardBackward)) }
  }
}
