import PipelineModel

/// The words that are left of all devices at one node of the exact search, and what refutation knows of them.
struct WordSpace {
  /// "One operation before another" on a device; operations are counted there.
  struct Decision: Hashable {
    var device: Int
    var first: Int
    var second: Int

    /// The other order.
    var opposite: Decision { Decision(device: device, first: second, second: first) }
  }

  private(set) var refutation: Refutation
  /// Per device the members of its graph's prefixes.
  private let members: [PrefixMembers?]

  /// All words, for schedules of a length at most.
  init(_ relaxation: Relaxation, objective: Objective, length: Double) {
    let isPeriod = objective == .period
    let frames = isPeriod ? relaxation.table.activeDevices : []
    refutation = Refutation(
      relaxation, heads: isPeriod ? frames.map { relaxation.heads(from: $0) } : [relaxation.heads()],
      tails: isPeriod ? frames.map { relaxation.tails(to: $0) } : [relaxation.tails()], frames: frames,
      length: length, effort: 0)
    var known: [ObjectIdentifier: PrefixMembers] = [:]
    var members: [PrefixMembers?] = []
    for (device, graph) in relaxation.graphs.enumerated() {
      guard let graph else {
        members.append(nil)
        continue
      }
      let own =
        known[ObjectIdentifier(graph)]
        ?? PrefixMembers(graph, operationCount: relaxation.table.range(of: device).count)
      known[ObjectIdentifier(graph)] = own
      members.append(own)
    }
    self.members = members
  }

  /// The same words, to be decided on apart.
  func copy() -> WordSpace {
    var copy = self
    copy.refutation = refutation.copy()
    return copy
  }

  var relaxation: Relaxation { refutation.relaxation }

  /// Leaves out the words that break a decision: prefixes with the second operation but without the first.
  mutating func keep(_ decision: Decision) {
    guard let graph = relaxation.graphs[decision.device], let members = members[decision.device] else { return }
    let isDead = refutation.isDead[decision.device]
    for node in 0..<graph.nodeCount
    where members.contains(node, decision.second) && !members.contains(node, decision.first) {
      isDead[node] = true
    }
    refutation.look(at: decision.device)
  }

  /// Asks for a shorter length from here on.
  mutating func shorten(to length: Double) { refutation.shorten(to: length) }

  /// Whether all words that are left are proved too long; `nil` when so many edges were not enough to tell,
  /// and the question may be asked again.
  mutating func isRefuted(effort: Int) -> Bool? {
    refutation.effort = effort
    if refutation.run() { return true }
    return refutation.effort > 0 ? false : nil
  }

  /// The pairs of a device's operations that words are left for in both orders: per operation, as a set.
  func openPairs(of device: Int) -> [[UInt64]] {
    guard let graph = relaxation.graphs[device], let members = members[device] else { return [] }
    let isDead = refutation.isDead[device]
    let (count, width) = (relaxation.table.range(of: device).count, members.wordCount)
    // What may follow each operation: what some prefix lacks that holds it.
    let after = FlatArray<UInt64>(repeating: 0, count: count * width)
    for node in 1..<graph.nodeCount where !isDead[node] {
      let set = members.set(of: node)
      for word in 0..<width {
        var rest = set[word]
        while rest != 0 {
          let operation = 64 * word + rest.trailingZeroBitCount
          rest &= rest - 1
          for other in 0..<width { after[operation * width + other] |= ~set[other] }
        }
      }
    }
    return (0..<count).map { first in
      (0..<width).map { word in
        var both: UInt64 = 0
        var rest = after[first * width + word]
        while rest != 0 {
          let bit = rest.trailingZeroBitCount
          rest &= rest - 1
          let second = 64 * word + bit
          guard second < count, second > first else { continue }
          if after[second * width + first / 64] >> UInt64(first % 64) & 1 == 1 { both |= 1 << UInt64(bit) }
        }
        return both
      }
    }
  }

  /// The earliest starts and the latest ones of a device's operations, over the words that are left.
  func windows(of device: Int) -> (earliest: [Double], latest: [Double])? {
    guard let graph = relaxation.graphs[device] else { return nil }
    let table = relaxation.table
    let first = table.bounds[device]
    let frame = refutation.frames.firstIndex(of: device) ?? 0
    let count = table.range(of: device).count
    let starts = FlatArray<Double>(repeating: .infinity, count: count)
    let rests = FlatArray<Double>(repeating: .infinity, count: count)
    PrefixWindows(
      graph: graph,
      heads: (
        refutation.heads[frame].nodes[device].base,
        UnsafePointer(refutation.heads[frame].gates.base + first)
      ),
      tails: (
        refutation.tails[frame].nodes[device].base,
        UnsafePointer(refutation.tails[frame].gates.base + first)
      ),
      durations: UnsafePointer(table.duration.base + first), isDead: refutation.isDead[device].base,
      length: refutation.length
    ).windows(starts: starts.base, rests: rests.base)
    return (
      (0..<count).map { starts[$0] },
      (0..<count).map { refutation.length - rests[$0] - table.duration[first + $0] }
    )
  }
}
