import PipelineModel
import Timeline

/// Proves routes and orders best by refuting all shorter lengths, one after another, with a tree of paths and orders.
///
/// Leaves of the tree are sets of routes that it cannot refute: their orders are decided by `ExactSearch`. For the makespan,
/// where it is known what paths claim.
struct PathProof {
  private let model: RoutingModel
  private let values: PossibleValues
  private(set) var best: ExactRoutingResult
  private(set) var nodeCount = 0
  /// Whether some routes' orders could not be decided.
  private(set) var isStuck = false
  /// Routes that hold nothing shorter than the best schedule.
  private var closed: Set<[[Int32]]> = []

  /// Whether orders that a leaf leaves open are decided, which may take long; otherwise it is left, and nothing proved.
  private let decidesLeaves: Bool
  /// How far below the value, as a share of the gap, the next length is, and how many nodes it may take.
  private var share = 0.5
  private var nodesPerStep = 1_024

  /// Sets of orders of a leaf that are looked at.
  private static let mostOrders = 4_096
  private static let leastShare = 0.02
  /// Below this share of the value there is nothing to be gained half way.
  private static let smallGap = 0.003

  /// Prepares a proof; `nil` where it says nothing.
  init?(_ model: RoutingModel, best: ExactRoutingResult, decidesLeaves: Bool) {
    self.decidesLeaves = decidesLeaves
    guard !best.search.objective.countsFromOwnStart, PathTable.applies(to: model) else { return nil }
    self.model = model
    self.best = best
    values = PossibleValues(model)
  }

  /// Whether the proof can go on.
  var isOpen: Bool { !isStuck && !LowerBound.isMet(best.search.lowerBound, by: best.search.value) }

  /// Refutes a length between bound and value, or finds something shorter.
  ///
  /// A length half way between them comes first, at last one just below the value. Where leaves are not decided it may
  /// take some nodes only, and the next one is nearer to the value.
  mutating func step(nodes limit: Int, while goesOn: () -> Bool) {
    let (bound, value) = (best.search.lowerBound, best.search.value)
    let last = values.below(value)
    // Far above what is possible a tree is larger than half way down, where most of it is refuted.
    let isLast = decidesLeaves ? value - bound < Self.smallGap * value : share < Self.leastShare
    let length = isLast ? last : min(last, value - share * (value - bound))
    let most = decidesLeaves ? limit : min(limit, nodesPerStep)
    guard let table = PathTable(model, upTo: length, most: PathBound.mostPaths),
      let layout = PathLayout(table)
    else {
      isStuck = true
      return
    }
    var tree = PathTree(layout, length: length)
    var isWhole = true
    defer { nodeCount += tree.nodeCount }
    while true {
      switch tree.run(nodes: most - tree.nodeCount, while: goesOn) {
      case .open:
        // Otherwise time has ended the search.
        guard tree.nodeCount >= most, most < limit else { return }
        isStuck = isLast
        share /= 4
        nodesPerStep *= 2
        return
      case .refuted:
        if isWhole {
          best.search.lowerBound = max(bound, values.least(above: length))
        } else {
          isStuck = true
        }
        return
      case .leaf:
        if !decide(tree.windows, while: goesOn) { isWhole = false }
        if isStuck || best.search.value < value { return }
      }
    }
  }

  /// Looks for the best orders of a leaf's routes; `false` where these are not decided.
  private mutating func decide(_ windows: borrowing PathWindows, while goesOn: () -> Bool) -> Bool {
    let key = windows.choice
    guard !closed.contains(key), let found = windows.schedule(fused: model.isFused) else { return true }
    let before = best.search.value
    best.take(found.problem, found.orders, found.value)
    guard best.search.value == before, decidesLeaves else { return best.search.value < before }
    guard
      best.decide(found.problem, above: best.search.lowerBound, nodes: Self.mostOrders, while: goesOn) == true
    else {
      isStuck = true
      return false
    }
    closed.insert(key)
    return true
  }
}

extension PathWindows {
  /// The paths of each group, in order: microbatches of a group are alike.
  fileprivate var choice: [[Int32]] {
    var choice = layout.table.groups.map { _ in [Int32]() }
    for (place, group) in layout.groupOf.enumerated() { choice[group].append(known.chosen[place]) }
    return choice.map { $0.sorted() }
  }
}
