extension OrderSpace {
  /// "One operation before another" on a device; operations are counted there.
  struct Decision: Hashable {
    var device: Int
    var first: Int
    var second: Int

    /// The other order.
    var opposite: Decision { Decision(device: device, first: second, second: first) }
  }

  /// The orders of two operations to decide next; none where a single order is left on every device.
  ///
  /// Of all open pairs those with the least time to spare in their better order, which is given: both orders of
  /// these leave few orders.
  func decisions(count: Int) -> [Decision] {
    var open: [(decision: Decision, spare: Double)] = []
    for device in 0..<relaxation.table.deviceCount {
      let pairs = openPairs(of: device)
      guard !pairs.isEmpty, let windows = windows(of: device) else { continue }
      let start = relaxation.table.bounds[device]
      func spare(_ first: Int, _ second: Int) -> Double {
        windows.latest[second] - windows.earliest[first] - relaxation.table.duration[start + first]
      }
      for (first, second) in pairs {
        let (forth, back) = (spare(first, second), spare(second, first))
        let decision = Decision(device: device, first: first, second: second)
        open.append((forth >= back ? decision : decision.opposite, max(forth, back)))
      }
    }
    return open.sorted { $0.spare < $1.spare }.prefix(count).map(\.decision)
  }

  /// The pairs of a device's operations that orders are left for in both orders. O(prefixes x operations²/64).
  private func openPairs(of device: Int) -> [(first: Int, second: Int)] {
    guard let graph = relaxation.graphs[device], let members = members[device] else { return [] }
    let isDead = refutation.isDead[device]
    let (count, width) = (relaxation.table.range(of: device).count, members.width)
    // What may come later than each operation: what some prefix that holds it lacks.
    let later = FlatArray<UInt64>(repeating: 0, count: count * width)
    for node in 1..<graph.nodeCount where !isDead[node] {
      for operation in members.operations(of: node) {
        for order in 0..<width { later[operation * width + order] |= ~members.bits[node * width + order] }
      }
    }
    func mayFollow(_ second: Int, _ first: Int) -> Bool {
      later[first * width + second / 64] >> UInt64(second % 64) & 1 == 1
    }
    var pairs: [(first: Int, second: Int)] = []
    for first in 0..<count {
      for second in BitPositions(later, from: first * width, width: width)
      where second > first && second < count && mayFollow(first, second) {
        pairs.append((first, second))
      }
    }
    return pairs
  }

  /// The earliest and the latest starts of a device's operations over the orders that are left, in the device's
  /// own frame.
  private func windows(of device: Int) -> (earliest: [Double], latest: [Double])? {
    guard let graph = relaxation.graphs[device] else { return nil }
    let table = relaxation.table
    let range = table.range(of: device)
    let starts = FlatArray<Double>(repeating: .infinity, count: range.count)
    let rests = FlatArray<Double>(repeating: .infinity, count: range.count)
    let frame = ownFrame(of: device)
    let (heads, tails) = (refutation.heads[frame], refutation.tails[frame])
    let windows = PrefixWindows(
      graph: graph,
      heads: (heads.nodes[device].base, UnsafePointer(heads.gates.base + range.lowerBound)),
      tails: (tails.nodes[device].base, UnsafePointer(tails.gates.base + range.lowerBound)),
      durations: UnsafePointer(table.duration.base + range.lowerBound),
      isDead: refutation.isDead[device].base, length: refutation.length)
    windows.windows(starts: starts.base, rests: rests.base)
    let latest = range.indices.map { operation in
      refutation.length - rests[operation - range.lowerBound] - table.duration[operation]
    }
    return ((0..<range.count).map { starts[$0] }, latest)
  }
}
