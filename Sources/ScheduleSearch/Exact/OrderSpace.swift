import PipelineModel

/// A set of orders, those left on each device's graph at a node of the exact search, and what refutation knows of
/// them.
struct OrderSpace {
  private(set) var refutation: Refutation
  /// Per device the members of its graph's prefixes.
  let members: [PrefixMembers?]

  /// All orders, for schedules of a length at most.
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  init(_ relaxation: Relaxation<PrefixGraph>, objective: Objective, length: Double) throws(OutOfTime) {
    let frames = objective.countsFromOwnStart ? relaxation.table.activeDevices : []
    // The makespan has one frame, which is no device's.
    let sources = objective.countsFromOwnStart ? frames.map(Int?.some) : [nil]
    refutation = Refutation(
      relaxation, heads: try sources.map { source throws(OutOfTime) in try relaxation.heads(from: source) },
      tails: try sources.map { sink throws(OutOfTime) in try relaxation.tails(to: sink) }, frames: frames,
      length: length, effort: 0)
    var known: [ObjectIdentifier: PrefixMembers] = [:]
    members = relaxation.graphs.enumerated().map { device, graph in
      guard let graph else { return nil }
      let own =
        known[ObjectIdentifier(graph)]
        ?? PrefixMembers(graph, operationCount: relaxation.table.range(of: device).count)
      known[ObjectIdentifier(graph)] = own
      return own
    }
  }

  var relaxation: Relaxation<PrefixGraph> { refutation.relaxation }

  /// The frame in which a device's own operations are timed.
  func ownFrame(of device: Int) -> Int { refutation.frames.firstIndex(of: device) ?? 0 }

  /// How many prefixes are left on all devices.
  var prefixCount: Double {
    Double(
      refutation.isDead.reduce(0) { sum, isDead in
        (0..<isDead.count).reduce(sum) { isDead[$1] ? $0 : $0 + 1 }
      })
  }

  /// The same orders, to go on with apart: the other members share memory.
  func copy() -> OrderSpace {
    var copy = self
    copy.refutation = refutation.copy()
    return copy
  }

  /// Leaves out the orders that break a decision: prefixes with the second operation but without the first.
  mutating func keep(_ decision: Decision) {
    guard let graph = relaxation.graphs[decision.device], let members = members[decision.device] else {
      return
    }
    let isDead = refutation.isDead[decision.device]
    for node in 0..<graph.nodeCount
    where members.contains(node, decision.second) && !members.contains(node, decision.first) {
      isDead[node] = true
    }
    refutation.look(at: decision.device)
  }

  /// Asks for a shorter length from here on.
  mutating func shorten(to length: Double) { refutation.shorten(to: length) }

  /// Whether all orders that are left are proved too long; `nil` when so many edges were not enough to tell,
  /// and the question may be asked again.
  mutating func isRefuted(effort: Int) -> Bool? {
    refutation.effort = effort
    if refutation.run() { return true }
    // Ended for want of edges or time, it has told nothing.
    return refutation.effort > 0 && !relaxation.deadline.hasPassed ? false : nil
  }
}
