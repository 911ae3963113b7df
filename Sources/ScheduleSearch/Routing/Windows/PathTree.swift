/// The tree of all paths and orders that a schedule of some length may have: by paths first, those of the microbatch with
/// the fewest left, then by the order of two passes on a device.
///
/// Depth first; nodes that `PathWindows` refutes are cut off. When no node is left, no schedule is so short.
struct PathTree {
  enum Outcome {
    /// No node is left.
    case refuted
    /// All paths are chosen and all passes in order, as far as is known here: whether there is such a schedule is for
    /// others to decide. The search may go on behind it.
    case leaf(PathWindows)
    /// Nodes are left.
    case open
  }

  private var open: [PathWindows] = []
  /// The nodes looked at.
  private(set) var nodeCount = 0

  init(_ layout: PathLayout, length: Double) { open = [PathWindows(layout, length: length)] }

  /// Looks at nodes until none is left, a leaf is found or there have been so many.
  mutating func run(nodes most: Int, while goesOn: () -> Bool) -> Outcome {
    var count = 0
    while var node = open.popLast() {
      guard count < most, goesOn() else {
        open.append(node)
        return .open
      }
      count += 1
      nodeCount += 1
      guard node.narrow() else { continue }
      if let microbatch = node.fewestPaths {
        // The last one put back is the next to be taken.
        for path in node.left[microbatch].reversed() {
          var child = node
          child.choose(path, for: microbatch)
          open.append(child)
        }
      } else if let pair = node.tightestPair {
        var (first, second) = (node, node)
        first.put(pair.first, before: pair.second)
        second.put(pair.second, before: pair.first)
        open += [second, first]
      } else {
        return .leaf(node)
      }
    }
    return .refuted
  }
}

extension PathWindows {
  /// The microbatch with the fewest paths left, the first of several; `nil` where all are chosen.
  fileprivate var fewestPaths: Int? {
    chosen.indices.filter { chosen[$0] < 0 }.min { (left[$0].count, $0) < (left[$1].count, $1) }
  }

  /// Two tasks of a device whose order is open and leaves least time to spare, in the order that leaves more.
  fileprivate var tightestPair: (first: Int32, second: Int32)? {
    var pair: (first: Int32, second: Int32)?
    var least = Double.infinity
    let ordered = Set(arcs.map { UInt64(UInt32($0.before)) << 32 | UInt64(UInt32($0.after)) })
    func isOrdered(_ one: Int, _ other: Int) -> Bool { ordered.contains(UInt64(one) << 32 | UInt64(other)) }
    let tasks = devices.indices.filter { devices[$0] >= 0 }
    for device in Dictionary(grouping: tasks, by: { devices[$0] }).sorted(by: { $0.key < $1.key }) {
      for (place, one) in device.value.enumerated() {
        for other in device.value.dropFirst(place + 1) where mayExchange(one, other) {
          if isOrdered(one, other) || isOrdered(other, one) { continue }
          let both = durations[one] + durations[other]
          let forth = latest[other] - earliest[one] - both
          let back = latest[one] - earliest[other] - both
          guard min(forth, back) < least else { continue }
          least = min(forth, back)
          pair = forth >= back ? (Int32(one), Int32(other)) : (Int32(other), Int32(one))
        }
      }
    }
    return pair
  }

  /// Whether either of two tasks may come first, and their windows meet.
  private func mayExchange(_ one: Int, _ other: Int) -> Bool {
    let both = durations[one] + durations[other] - slip
    return one / layout.tasksPerMicrobatch != other / layout.tasksPerMicrobatch
      && earliest[one] + both <= latest[other] && earliest[other] + both <= latest[one]
      && earliest[other] < latest[one] - slip && earliest[one] < latest[other] - slip
  }
}
