import PipelineModel

/// All orders of stages that the rules of a batch allow, as a graph: every path from its first node has the length
/// that the rules ask for and is one of them.
///
/// A node stands for the stage just visited and all that later visits depend on: the frontier, which stages just
/// below it were visited, and the swaps so far. Nodes stand layer by layer, so that every arc leads to a later node.
struct SequenceGraph: Sendable {
  /// The stage of each node.
  let stages: [Int32]
  /// Where the arcs of each node begin in `targets`, and after the last node their end.
  let arcs: [Int32]
  /// The nodes that arcs lead to.
  let targets: [Int32]

  /// Whether it holds all orders; where swaps may reach further than is looked for, or there would be too many nodes,
  /// it holds none.
  let isWhole: Bool

  /// Whether no order keeps the rules, or not all are looked for.
  var isEmpty: Bool { stages.isEmpty }

  /// The nodes that may follow a node.
  @inline(__always)
  func next(_ node: Int) -> ArraySlice<Int32> { targets[Int(arcs[node])..<Int(arcs[node + 1])] }

  /// What decides which visits may follow.
  private struct State: Hashable {
    var stage: Int
    var frontier: Int
    /// Bit i: whether the stage i + 1 below the frontier has been visited.
    var below: UInt64 = 0
    var swaps = 0
    /// With given sequences: those that begin like this one.
    var sequences: [Int] = []
  }

  /// Swaps that reach further than this are not looked for.
  static let farthestSwap = 16

  /// More nodes than these would take seconds, and gigabytes, to lay out: they can double with every swap.
  static let mostNodes = 200_000

  /// Lays out the orders that rules allow. O(nodes x stages).
  init(_ rules: SkipReorderRules, stageCount: Int) {
    let body = rules.bodyCount(of: stageCount)
    let isNear = rules.maxSwaps == 0 || min(rules.maxSwapDistance, body - 2) <= Self.farthestSwap
    let parts = isNear ? Self.layOut(rules, body: body) : nil
    isWhole = parts != nil
    (stages, arcs, targets) = parts ?? ([], [0], [])
  }

  private typealias Parts = (stages: [Int32], arcs: [Int32], targets: [Int32])

  /// All orders; `nil` where there would be too many nodes.
  private static func layOut(_ rules: SkipReorderRules, body: Int) -> Parts? {
    let start = State(stage: 0, frontier: 0, sequences: Array((rules.sequences ?? []).indices))
    var layers = [[start]]
    var links: [[[Int]]] = []
    var count = 1
    for depth in 1..<max(1, rules.stagesPerMicrobatch) {
      var places: [State: Int] = [:]
      var layer: [State] = []
      var arcs: [[Int]] = []
      for state in layers[depth - 1] {
        guard count + layer.count <= mostNodes else { return nil }
        arcs.append(
          successors(of: state, at: depth, rules: rules, body: body).map { next in
            if let place = places[next] { return place }
            places[next] = layer.count
            layer.append(next)
            return layer.count - 1
          })
      }
      links.append(arcs)
      count += layer.count
      layers.append(layer)
    }
    links.append(
      (layers.last ?? []).map { isComplete($0, rules: rules, body: body) ? [0] : [] })
    return numbered(layers: layers.map { $0.map(\.stage) }, links: links)
  }

  /// Keeps the nodes from which an end can be reached.
  private static func numbered(layers: [[Int]], links: [[[Int]]]) -> Parts {
    var isAlive = layers.map { $0.map { _ in false } }
    for depth in layers.indices.reversed() {
      let isLast = depth == layers.count - 1
      for node in layers[depth].indices {
        isAlive[depth][node] = links[depth][node].contains { isLast || isAlive[depth + 1][$0] }
      }
    }
    var numbers = layers.map { $0.map { _ in -1 } }
    var stages: [Int32] = []
    for depth in layers.indices {
      for node in layers[depth].indices where isAlive[depth][node] {
        numbers[depth][node] = stages.count
        stages.append(Int32(layers[depth][node]))
      }
    }
    var arcs: [Int32] = [0]
    var targets: [Int32] = []
    for depth in layers.indices {
      for node in layers[depth].indices where isAlive[depth][node] {
        if depth < layers.count - 1 {
          targets += links[depth][node].map { numbers[depth + 1][$0] }.filter { $0 >= 0 }.map { Int32($0) }
        }
        arcs.append(Int32(targets.count))
      }
    }
    return (stages, arcs, targets)
  }

  private static func window(_ rules: SkipReorderRules) -> Int {
    rules.maxSwaps > 0 ? min(rules.maxSwapDistance, farthestSwap) : 0
  }

  private static func successors(
    of state: State, at depth: Int, rules: SkipReorderRules, body: Int
  ) -> [State] {
    let window = window(rules)
    let last = min(body - 1, state.frontier + (rules.maxForwardJump ?? body))
    return (max(1, state.frontier - window)..<last + 1).compactMap { stage in
      var next = state
      next.stage = stage
      if stage == state.frontier { return nil }
      if stage > state.frontier {
        next.frontier = stage
        let distance = stage - state.frontier
        let seen = state.below << 1 | 1
        next.below = distance > window ? 0 : seen << UInt64(distance - 1) & (1 << UInt64(window) - 1)
        // A stage that has left the window for good must not be one that is never skipped.
        for left in rules.alwaysVisit where left.index < stage - window && left.index > 0 {
          if !has(left.index, in: state, window: window) { return nil }
        }
      } else {
        let bit: UInt64 = 1 << UInt64(state.frontier - stage - 1)
        guard state.below & bit == 0, state.swaps < rules.maxSwaps else { return nil }
        next.below |= bit
        next.swaps += 1
      }
      if let sequences = rules.sequences {
        next.sequences = state.sequences.filter { sequences[$0][depth].index == stage }
        if next.sequences.isEmpty { return nil }
      }
      return next
    }
  }

  /// Whether a stage has been visited, or had left the window before and was seen to then.
  private static func has(_ stage: Int, in state: State, window: Int) -> Bool {
    if stage >= state.frontier { return stage == state.frontier }
    let distance = state.frontier - stage
    return distance > window || state.below & (1 << UInt64(distance - 1)) != 0
  }

  private static func isComplete(_ state: State, rules: SkipReorderRules, body: Int) -> Bool {
    let window = window(rules)
    return rules.alwaysVisit.allSatisfy { has($0.index, in: state, window: window) }
  }
}

extension SequenceGraph {
  /// How many orders there are; infinite where a number cannot hold them. O(arcs).
  var count: Double {
    var counts = [Double](repeating: 1, count: stages.count)
    for node in stages.indices.reversed() where !next(node).isEmpty {
      counts[node] = next(node).reduce(0) { $0 + counts[Int($1)] }
    }
    return counts.first ?? 0
  }

  /// Whether an order, given by its stages after the first, is among them. O(length x stages).
  func contains(_ sequence: some Sequence<Int32>) -> Bool {
    guard !isEmpty else { return false }
    var node = 0
    for stage in sequence {
      guard let next = next(node).first(where: { stages[Int($0)] == stage }) else { return false }
      node = Int(next)
    }
    return next(node).isEmpty
  }
}
