import PipelineModel

extension Estimate {
  /// The problem whose layers are still to be cut into stages, as many on each device as the setup says.
  ///
  /// The norm, the head and the predictors stay together, as frameworks place them.
  ///
  /// - Parameter name: what reports call it.
  /// - Throws: `ProblemError` where there are fewer layers than stages, or more than a problem may have.
  /// - Complexity: O(layers).
  public func problem(named name: String) throws(ProblemError) -> PartitionProblem {
    try ProblemRules.checkCount(setup.devices, key: ["devices"])
    try ProblemRules.checkCount(setup.microbatches, key: ["microbatches"])
    let layers = try Layers(layers.flatMap(\.placed))
    let parts = ProblemParts(
      Instance(
        name: name, source: source, units: LayerEstimate.units,
        devices: Array(repeating: Device(memoryLimit: memoryLimit), count: setup.devices), stages: [],
        layerCount: model.layerCount,
        microbatches: Array(repeating: Microbatch(), count: setup.microbatches),
        placement: setup.chunks == 1 ? .sequential : .loop, communication: communication))
    return try PartitionProblem(parts: parts, layers: layers, stageCount: setup.stages)
  }

  /// Latency, bandwidth and bytes of messages, where there are not too many links to list; otherwise what they amount
  /// to.
  private var communication: Communication {
    guard setup.devices > 1 else { return .uniform(0) }
    guard setup.devices <= Self.listedDevices else {
      return .uniform((message.latency + message.bytes / message.bandwidth).roundedToGrid)
    }
    func rows(_ number: Double) -> [[Double]] {
      (0..<setup.devices).map { source in (0..<setup.devices).map { $0 == source ? 0 : number } }
    }
    return .links(
      Communication.Links(
        latency: rows(message.latency), bandwidth: rows(message.bandwidth), bytes: message.bytes))
  }

  private static let listedDevices = 64
}

extension LayerEstimate {
  /// The layers of a problem, one by one.
  var placed: [Layer] {
    let figures = figures
    return (0..<count).map { index in
      Layer(
        name: name(index), figures: figures, isTogether: isTogether,
        tied: isTied ? "embed_tokens" : nil)
    }
  }

  private var isTogether: Bool {
    switch kind {
    case .embedding, .transformer, .norm: false
    case .head, .predictor: true
    }
  }
}
