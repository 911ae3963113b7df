extension PartitionChain {
  /// All partitions that some value does not rule out, each with its largest part, the least first; `nil` where there are
  /// more than a limit, or the deadline passes first.
  ///
  /// - Parameters:
  ///   - limit: at which a part rules its partitions out.
  ///   - count: so many are told at most.
  ///   - value: of a part.
  func partitions(
    below limit: Double, atMost count: Int, until deadline: Deadline, _ value: (Part) -> Double
  ) -> [(counts: [Int], bound: Double)]? {
    var walk = PartitionWalk(chain: self, limit: limit, count: count, deadline: deadline)
    walk.go(parts: [], largest: 0, value)
    guard !walk.isTooLong else { return nil }
    return walk.found.sorted {
      $0.bound == $1.bound ? $0.counts.lexicographicallyPrecedes($1.counts) : $0.bound < $1.bound
    }
  }

  /// The parts that the next device may be given behind those of others.
  fileprivate func next(after parts: [Part]) -> [Part] {
    let device = devices[parts.count]
    let front = parts.last?.front.upperBound ?? 0
    let back = isFolded ? parts.last?.back.lowerBound ?? layerCount : layerCount
    let isLast = parts.count == devices.count - 1
    let ends = cuts.filter { $0 >= front && $0 <= back }
    if !isFolded {
      return ends.filter { isLast ? $0 == back : true }.compactMap { end in
        hasLeast(front, end) ? Part(device: device, front: front..<end, back: 0..<0) : nil
      }
    }
    return ends.flatMap { end in
      ends.filter { isLast ? $0 == end : $0 >= end }.compactMap { start in
        hasLeast(front, end) && hasLeast(start, back)
          ? Part(device: device, front: front..<end, back: start..<back) : nil
      }
    }
  }
}

/// A walk over all partitions, device by device.
private struct PartitionWalk {
  let chain: PartitionChain
  let limit: Double
  let count: Int
  let deadline: Deadline
  var found: [(counts: [Int], bound: Double)] = []
  var visits = 0

  var isTooLong = false

  mutating func go(parts: [PartitionChain.Part], largest: Double, _ value: (PartitionChain.Part) -> Double) {
    visits += 1
    isTooLong = isTooLong || found.count > count || visits > 20 * count || deadline.hasPassed
    guard !isTooLong else { return }
    guard parts.count < chain.deviceCount else {
      found.append((chain.counts(of: parts), largest))
      return
    }
    for part in chain.next(after: parts) {
      let bound = max(largest, value(part))
      if bound < limit { go(parts: parts + [part], largest: bound, value) }
    }
  }
}
