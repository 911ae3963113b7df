/// Looks for routes and orders shorter than the best known ones: some microbatches give up their paths, and the tree of
/// these paths and of all orders is searched for a shorter schedule (large neighbourhood search: Shaw, CP 1998).
///
/// That a schedule has to be shorter refutes most of a tree at once. Two of five neighbourhoods are about as large as can
/// be searched whole; how large that is shows as they are searched. The others are two or three times as large, up to the
/// whole batch: of these only some nodes are looked at, down other paths each time, which finds what is far from the best
/// known routes.
final class LargeNeighbourhood {
  private let layout: PathLayout
  private let isFused: Bool
  private let values: PossibleValues
  private var random: FastRandom
  /// The tree of all schedules shorter than a value, and what is known at its root; `nil` where there are none.
  private var tree: PathTree
  private var root: PathState?
  private var value = Double.infinity
  /// How many microbatches may be open so that about half of all neighbourhoods are searched whole.
  private var size = 3.0
  /// How much may be looked at. What the last piece of work took beyond that is owed: on large problems, where one takes long.
  private var credit = 0
  /// The places of microbatches, those that are open in the present neighbourhood first.
  private var places: [Int]
  /// No schedule is shorter, as far as is known here.
  private(set) var lowerBound = 0.0

  /// The nodes that are looked at in a neighbourhood that is to be searched whole.
  private static let wholeNodes = 256
  /// The nodes that are looked at in a larger one, each number as often as it stands here: about as many in all of each.
  private static let nodes = [128, 128, 128, 128, 256, 256, 512, 1_024]
  /// Paths are tried among so many shortest ones.
  private static let spreads = [4, 8]

  /// Prepares a search among schedules that are shorter than a value; `nil` where it is not known what paths claim.
  init?(_ model: RoutingModel, below value: Double, seed: UInt64, chain: Int) {
    guard PathTable.applies(to: model),
      let table = PathTable(model, upTo: value, most: PathBound.mostPaths),
      let layout = PathLayout(table)
    else { return nil }
    self.layout = layout
    isFused = model.isFused
    values = PossibleValues(model)
    random = FastRandom(seed: seed, chain: chain, for: .neighbourhoods)
    tree = PathTree(layout, length: value)
    places = Array(0..<layout.microbatchCount)
  }

  /// The share of the batch that a neighbourhood that is searched whole leaves open.
  var share: Double { size / Double(layout.microbatchCount) }

  /// Searches neighbourhoods of routes.
  ///
  /// - Parameters:
  ///   - paths: the lanes after the first of all microbatches, one microbatch after another.
  ///   - value: the makespan that is to be fallen short of.
  ///   - work: how much more may be looked at, in tasks, pairs of them and paths.
  /// - Returns: the shortest schedule found; `nil` where none is shorter.
  func improve(
    _ paths: [Int32], below value: Double, work: Int, until deadline: Deadline
  ) -> RoutedOrders? {
    var best: RoutedOrders?
    var (value, known) = (value, numbers(of: paths))
    credit += work
    while credit > 0, !deadline.hasPassed, begin(below: value) {
      let before = tree.windows.work
      if let found = search(around: known, until: deadline), found.value < value {
        (best, value, known) = (found, found.value, numbers(of: found.paths))
      }
      credit -= tree.windows.work - before
    }
    return best
  }

  /// Asks for schedules shorter than a value from now on; `false` where there are none.
  private func begin(below value: Double) -> Bool {
    guard value < self.value else { return root != nil }
    self.value = value
    let length = values.below(value)
    tree = PathTree(layout, length: length)
    root = tree.root()
    credit -= tree.windows.work
    if root == nil { refute() }
    return root != nil
  }

  /// Takes note that no schedule is shorter than the value.
  private func refute() {
    root = nil
    lowerBound = values.least(above: values.below(value))
  }

  /// The paths of microbatches by number; -1 for one that no shorter schedule can have.
  private func numbers(of paths: [Int32]) -> [Int32] {
    let length = paths.count / layout.microbatchCount
    return layout.microbatches.enumerated().map { place, microbatch in
      let path = paths[microbatch * length..<(microbatch + 1) * length]
      let number = layout.pathsOf[place].first { layout.paths[$0].path.elementsEqual(path) }
      return number.map { Int32($0) } ?? -1
    }
  }

  /// Searches a neighbourhood of paths, given by number.
  private func search(around paths: [Int32], until deadline: Deadline) -> RoutedOrders? {
    guard let root else { return nil }
    let isWhole = random.index(below: 5) < 2
    let least = max(1, Int(size.rounded()))
    let open = min(places.count, isWhole ? least : 2 * least + random.index(below: least + 1))
    var paths = paths
    for place in 0..<open {
      places.swapAt(place, place + random.index(below: places.count - place))
      paths[places[place]] = -1
    }
    let spread = isWhole ? 1 : Self.spreads[random.index(below: Self.spreads.count)]
    let nodes = isWhole ? Self.wholeNodes : Self.nodes[random.index(below: Self.nodes.count)]
    tree.begin(at: root, along: paths, spread: spread, random: FastRandom(seed: random.next()))
    let outcome = tree.run(nodes: nodes) { !deadline.hasPassed }
    if isWhole {
      let isDone = if case .open = outcome { false } else { true }
      size = min(Double(places.count), max(1, size * (isDone ? 1.05 : 0.95)))
    }
    switch outcome {
    case .open: return nil
    case .leaf: return tree.windows.schedule(fused: isFused)
    case .refuted:
      if open == places.count { refute() }
      return nil
    }
  }
}
