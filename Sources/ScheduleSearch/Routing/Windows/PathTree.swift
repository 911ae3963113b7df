/// The tree of all paths and orders that a schedule of some length may have: by paths first, those of the microbatch with
/// the fewest left, then by the order of two passes on a device.
///
/// Depth first; nodes that `PathWindows` refutes are cut off. When no node is left, no schedule is so short.
struct PathTree: ~Copyable {
  enum Outcome {
    /// No node is left.
    case refuted
    /// All paths are chosen and all passes in order, as far as is known here, in `windows`: whether there is such a schedule
    /// is for others to decide. The search may go on behind it.
    case leaf
    /// Nodes are left.
    case open
  }

  /// How a node is split, and which of its children is next.
  private enum Split {
    case path(of: Int, next: Int)
    case order(of: PathWindows.Arc, isTurned: Bool)
  }

  /// The node looked at last.
  private(set) var windows: PathWindows
  /// The nodes on the way to it that have children left, and what was known there: reused by others as deep.
  private var open: [(split: Split, arcCount: Int)] = []
  private var states: [PathState] = []
  private var isBegun = false
  /// In which order the paths of a microbatch are tried: the shortest first, or one of so many shortest ones at random.
  private var random = FastRandom(seed: 0, chain: 0, for: .routes)
  private var spread = 1
  /// The nodes looked at.
  private(set) var nodeCount = 0

  init(_ layout: PathLayout, length: Double) { windows = PathWindows(layout, length: length) }

  /// What is known before any path is chosen; `nil` where that is refuted already.
  mutating func root() -> PathState? {
    guard windows.narrow() else { return nil }
    let root = PathState(windows.layout, length: windows.length)
    root.update(from: windows.known)
    return root
  }

  /// Begins anew with what is known at a node, some more paths chosen.
  ///
  /// - Parameters:
  ///   - paths: by microbatch in the order of the layout; -1 where it stays open.
  ///   - spread: each path that is tried is one of so many shortest ones left.
  mutating func begin(at root: PathState, along paths: [Int32], spread: Int, random: consuming FastRandom) {
    windows.restore(root, arcCount: 0)
    for (microbatch, path) in paths.enumerated() where path >= 0 && root.chosen[microbatch] < 0 {
      windows.choose(path, for: microbatch)
    }
    open.removeAll(keepingCapacity: true)
    isBegun = false
    (self.spread, self.random) = (spread, random)
  }

  /// Looks at nodes until none is left, a leaf is found or there have been so many.
  mutating func run(nodes most: Int, while goesOn: () -> Bool) -> Outcome {
    var count = 0
    while !isBegun || !open.isEmpty {
      guard count < most, goesOn() else { return .open }
      if isBegun { enterNext() }
      isBegun = true
      count += 1
      nodeCount += 1
      guard windows.narrow() else { continue }
      guard let split = split() else { return .leaf }
      if states.count == open.count { states.append(PathState(windows.layout, length: windows.length)) }
      states[open.count].update(from: windows.known)
      open.append((split, windows.arcs.count))
    }
    return .refuted
  }

  private func split() -> Split? {
    if let microbatch = windows.fewestPaths { return .path(of: microbatch, next: 0) }
    return windows.tightestPair.map { .order(of: $0, isTurned: false) }
  }

  /// Goes on to the next child of the deepest node that has one left.
  private mutating func enterNext() {
    let node = open.count - 1
    let state = states[node]
    windows.restore(state, arcCount: open[node].arcCount)
    switch open[node].split {
    case .path(let microbatch, let next):
      let choices = min(spread, state.leftCount(of: microbatch) - next)
      if choices > 1 { state.bring(next + random.index(below: choices), to: next, of: microbatch) }
      windows.choose(state.left(next, of: microbatch), for: microbatch)
      open[node].split = .path(of: microbatch, next: next + 1)
      if next + 1 == state.leftCount(of: microbatch) { open.removeLast() }
    case .order(let arc, let isTurned):
      windows.put(isTurned ? arc.after : arc.before, before: isTurned ? arc.before : arc.after)
      open[node].split = .order(of: arc, isTurned: true)
      if isTurned { open.removeLast() }
    }
  }
}

extension PathWindows {
  /// The microbatch with the fewest paths left, the first of several; `nil` where all are chosen.
  fileprivate var fewestPaths: Int? {
    var fewest: Int?
    for microbatch in 0..<layout.microbatchCount where known.chosen[microbatch] < 0 {
      if known.leftCount(of: microbatch) < fewest.map({ known.leftCount(of: $0) }) ?? .max {
        fewest = microbatch
      }
    }
    return fewest
  }

  /// Two tasks of a device whose order is open and leaves least time to spare, in the order that leaves more.
  fileprivate var tightestPair: Arc? {
    var pair: Arc?
    var least = Double.infinity
    for device in 0..<layout.deviceCount {
      let places = places(of: device)
      for place in places {
        let one = Int(tasks[place])
        for otherPlace in place + 1..<places.upperBound {
          let other = Int(tasks[otherPlace])
          let both = known.durations[one] + known.durations[other]
          let forth = known.latest[other] - known.earliest[one] - both
          let back = known.latest[one] - known.earliest[other] - both
          guard min(forth, back) < least, mayExchange(one, other) else { continue }
          least = min(forth, back)
          pair =
            forth >= back
            ? Arc(before: Int32(one), after: Int32(other)) : Arc(before: Int32(other), after: Int32(one))
        }
      }
    }
    return pair
  }

  /// Whether either of two tasks may come first, and their windows meet.
  private func mayExchange(_ one: Int, _ other: Int) -> Bool {
    let both = known.durations[one] + known.durations[other] - slip
    return layout.microbatchOf[one] != layout.microbatchOf[other]
      && known.earliest[one] + both <= known.latest[other]
      && known.earliest[other] + both <= known.latest[one]
      && known.earliest[other] < known.latest[one] - slip
      && known.earliest[one] < known.latest[other] - slip
      && !arcs.contains {
        ($0.before, $0.after) == (Int32(one), Int32(other))
          || ($0.before, $0.after) == (Int32(other), Int32(one))
      }
  }
}
