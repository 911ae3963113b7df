extension PartitionProblem {
  /// Layers on so many equal devices, with nothing known but what they take and hold.
  ///
  /// - Throws: `ProblemError` when a count is out of range.
  public init(_ layers: Layers, deviceCount: Int, microbatchCount: Int) throws(ProblemError) {
    try ProblemRules.checkCount(deviceCount, key: ["devices"])
    try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
    let instance = Instance(
      devices: Array(repeating: Device(), count: deviceCount), stages: [],
      microbatches: Array(repeating: Microbatch(), count: microbatchCount))
    try self.init(parts: ProblemParts(instance), layers: layers, stageCount: deviceCount, leastCount: 0)
  }

  /// The same problem with other layers, or the same in another order.
  public func with(layers: Layers) throws(ProblemError) -> PartitionProblem {
    try PartitionProblem(parts: ProblemParts(instance), layers: layers, stageCount: stageCount, leastCount: 0)
  }

  /// The same layers on another number of devices, or with another number of ordinary microbatches.
  ///
  /// - Throws: `ProblemError` when a count is out of range, or devices or links differ, so that nothing says what others
  ///   would be.
  public func resized(deviceCount: Int?, microbatchCount: Int?) throws(ProblemError) -> PartitionProblem {
    var instance = instance
    if let microbatchCount {
      try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
      instance.microbatches = Array(repeating: Microbatch(), count: microbatchCount)
    }
    if let deviceCount, deviceCount != devices.count {
      try ProblemRules.checkCount(deviceCount, key: ["devices"])
      guard let device = devices.first, Set(devices).count == 1,
        let links = communication.resized(to: deviceCount)
      else {
        throw ProblemError(["devices"], .wrongLength(deviceCount, expected: devices.count, of: "device"))
      }
      instance.devices = Array(repeating: device, count: deviceCount)
      instance.communication = links
    }
    instance.placement = .sequential
    return try PartitionProblem(
      parts: ProblemParts(instance), layers: layers, stageCount: instance.devices.count, leastCount: 0)
  }

  /// The problem whose stages have so many layers each.
  ///
  /// - Parameter placement: where they go, if there are several per device.
  /// - Throws: `ProblemError` where stages are no multiple of devices, and as `cut` does.
  public func laidOut(_ counts: [Int], as placement: Placement = .loop) throws(ProblemError) -> Problem {
    let chunks = max(1, counts.count / devices.count)
    guard counts.count == chunks * devices.count else {
      throw ProblemError(
        ["partition"], .wrongLength(counts.count, expected: chunks * devices.count, of: "stage"))
    }
    return try arranged(chunks == 1 ? .sequential : placement, stageCount: counts.count).cut(counts)
  }
}

extension Communication {
  /// The same between another number of devices, where all links are alike; `nil` where they differ.
  fileprivate func resized(to count: Int) -> Communication? {
    func alike(_ rows: [[Double]]) -> [[Double]]? {
      let numbers = Set(
        rows.indices.flatMap { row in rows.indices.filter { $0 != row }.map { rows[row][$0] } })
      guard numbers.count == 1, let number = numbers.first else { return nil }
      return (0..<count).map { row in (0..<count).map { $0 == row ? 0 : number } }
    }
    switch self {
    case .uniform: return self
    case .matrix(let rows): return alike(rows).map { .matrix($0) }
    case .links(var links):
      guard let latency = alike(links.latency), let bandwidth = alike(links.bandwidth) else { return nil }
      (links.latency, links.bandwidth) = (latency, bandwidth)
      return .links(links)
    }
  }
}
