import PipelineModel

extension Relaxation where Prefixes == PrefixGraph {
  /// Raises a bound as far as shorter schedules are refuted where pairs are steps of their own.
  ///
  /// - Precondition: the table keeps pairs as steps.
  /// - Parameter open: what coarser graphs know of the longest schedules that they do not refute.
  func raiseWithPairs(
    _ steps: Double, on objective: Objective, until goal: Double, knowing open: Refutation? = nil
  ) -> (steps: Double, open: Refutation?) {
    guard graphs.contains(where: { $0 != nil }) else { return (steps, nil) }
    let frames = objective.countsFromOwnStart ? table.activeDevices : []
    // The makespan has one frame, which is no device's.
    let devices = objective.countsFromOwnStart ? frames.map(Int?.some) : [nil]
    let pairs = PairTable(self)
    let fresh = Refutation(
      self, heads: devices.map { arrivals(from: $0, pairs.least) },
      tails: devices.map { followers(to: $0, pairs.least) }, frames: frames, length: .infinity, effort: 0,
      pairs: pairs)
    var known = fresh
    if let open {
      known = fresh.copy()
      known.takeWindows(of: open)
    }
    return raise(steps, until: goal, from: fresh, knowing: known, .pairs)
  }

  /// Heads by the inputs of operations alone, from the start of all devices or of one; nothing is known of prefixes.
  private func arrivals(from source: Int?, _ least: FlatArray<Double>) -> Times {
    let heads = unknownTimes()
    for (device, graph) in graphs.enumerated() where graph != nil {
      if source == nil || source == device { heads.nodes[device][0] = 0 }
    }
    for place in 0..<table.count {
      let operation = Int(table.order[place])
      guard table.facts[operation].contains(.gate) else { continue }
      var earliest = source == nil || source == Int(table.device[operation]) ? 0 : -Double.infinity
      func follow(_ producer: Int, after latency: Double) {
        earliest = max(earliest, heads.gates[producer] + least[producer] + latency)
      }
      let producer = Int(table.producer[operation])
      if producer >= 0 { follow(producer, after: table.latency[operation]) }
      if table.facts[operation].contains(.hasFurtherProducers) {
        for arc in table.further.producers(of: operation) { follow(Int(arc.operation), after: arc.latency) }
      }
      heads.gates[operation] = earliest
    }
    return heads
  }

  /// Tails by those that need the results of operations alone, to the end of all devices or of one.
  private func followers(to sink: Int?, _ least: FlatArray<Double>) -> Times {
    let tails = unknownTimes()
    for (device, graph) in graphs.enumerated() {
      guard let graph else { continue }
      tails.nodes[device][graph.nodeCount - 1] = table.leastRest(after: device, to: sink)
    }
    for place in (0..<table.count).reversed() {
      let operation = Int(table.order[place])
      var rest = table.end.rest(after: Int(table.device[operation]), to: sink) - table.gap[operation]
      func lead(to consumer: Int, after latency: Double) {
        rest = max(rest, tails.gates[consumer] + least[consumer] + latency)
      }
      let consumer = Int(table.consumer[operation])
      if consumer >= 0 { lead(to: consumer, after: table.latency[consumer]) }
      if table.facts[operation].contains(.hasFurtherConsumers) {
        for arc in table.further.consumers(of: operation) { lead(to: Int(arc.operation), after: arc.latency) }
      }
      tails.gates[operation] = rest
    }
    return tails
  }

  private func unknownTimes() -> Times {
    TimeBounds(
      operationCount: table.count,
      nodes: graphs.map { FlatArray(repeating: -.infinity, count: $0?.nodeCount ?? 0) })
  }
}

extension PrefixLimit {
  /// Of graphs with pairs, which have more steps and are read again and again.
  static let pairs = PrefixLimit(device: 600_000, built: 1_000_000, total: 5_000_000)
}
