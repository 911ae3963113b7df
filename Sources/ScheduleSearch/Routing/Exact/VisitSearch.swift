import PipelineModel

/// Decides whether any routes keep all limits of visits, by going through all sums of visits that routes add up to.
///
/// Whether routes keep the limits depends on how often they use stages and devices, and not on their microbatches.
/// So the first microbatches are known by the sums that their routes can have; where there is none left, no routes
/// keep the limits. For small problems: with too many sums nothing is decided.
struct VisitSearch {
  /// What a search found out.
  enum Outcome: Hashable, Sendable {
    /// The paths of all microbatches, one after another.
    case found([Int32])
    /// No routes keep the limits.
    case none
    /// There are too many sums or routes to tell.
    case open
  }

  /// A sum of the visits of the first microbatches, and how it came about.
  private struct Sum {
    var visits: [Int32]
    /// The last microbatch's path among those of its origin, and the place of the sum before it.
    var path: Int32
    var previous: Int32
  }

  private let model: RoutingModel
  /// The stages and devices that are limited, by lane: the counters that each lane raises.
  private let countersOfLane: [[Int]]
  /// The range of each counter.
  private let ranges: [ClosedRange<Int32>]

  init(_ model: RoutingModel) {
    self.model = model
    var ranges: [ClosedRange<Int32>] = []
    var counters = model.lanes.map { _ in [Int]() }
    func count(_ range: ClosedRange<Int>, _ holds: (RoutingModel.Lane) -> Bool) {
      let lanes = model.lanes.indices.filter { model.lanes[$0].stage > 0 && holds(model.lanes[$0]) }
      guard range.lowerBound > 0 || range.upperBound < model.visitCount else { return }
      for lane in lanes { counters[lane].append(ranges.count) }
      let most = max(range.lowerBound, min(range.upperBound, model.visitCount))
      ranges.append(Int32(range.lowerBound)...Int32(most))
    }
    for stage in 1..<max(1, model.bodyCount) {
      count(model.stageVisits[stage]) { $0.stage == stage }
    }
    for (device, most) in model.deviceVisits.enumerated() where most >= 0 {
      count(0...most) { $0.device == device }
    }
    self.ranges = ranges
    countersOfLane = counters
  }

  /// Goes through the sums of more and more microbatches.
  ///
  /// - Parameter effort: how many times a route is added to a sum before the search gives up.
  /// - Complexity: O(microbatches x sums x routes with different visits), at most the effort.
  func run(effort: Int = 1_000_000) -> Outcome {
    guard model.deviceVisits.allSatisfy({ $0 >= 0 }) else { return .none }
    guard let choices = RouteChoices(model, most: min(5_000, effort)) else { return .open }
    let paths = choices.groups.map { distinctPaths(of: $0) }
    var layers = [[Sum(visits: ranges.map { _ in 0 }, path: -1, previous: -1)]]
    var left = effort
    for (place, group) in choices.groupOf.enumerated() {
      left -= layers[place].count * paths[group].count
      if left < 0 { return .open }
      let layer = extend(layers[place], by: paths[group], left: choices.order.count - place - 1)
      if layer.isEmpty { return .none }
      layers.append(layer)
    }
    return .found(self.paths(along: layers, choices, paths))
  }

  /// The paths of a group that raise different counters.
  private func distinctPaths(of group: RouteChoices.Group) -> [(path: [Int32], raises: [Int])] {
    var seen = Set<[Int]>()
    return group.choices.map(\.path).compactMap { path in
      let raises = path.flatMap { countersOfLane[Int($0)] }.sorted()
      return seen.insert(raises).inserted ? (path, raises) : nil
    }
  }

  /// The sums with one more microbatch.
  private func extend(
    _ sums: [Sum], by paths: [(path: [Int32], raises: [Int])], left: Int
  ) -> [Sum] {
    var layer: [Sum] = []
    var seen = Set<[Int32]>()
    for (previous, sum) in sums.enumerated() {
      for (index, path) in paths.enumerated() {
        var visits = sum.visits
        for counter in path.raises { visits[counter] += 1 }
        guard mayFit(visits, left: left), seen.insert(visits).inserted else { continue }
        layer.append(Sum(visits: visits, path: Int32(index), previous: Int32(previous)))
      }
    }
    return layer
  }

  /// Whether no limit is passed, and the microbatches left may make up for what stages are owed.
  private func mayFit(_ visits: [Int32], left: Int) -> Bool {
    var owed = 0
    for (count, range) in zip(visits, ranges) {
      let missing = Int(range.lowerBound - count)
      if count > range.upperBound || missing > left { return false }
      owed += max(0, missing)
    }
    return owed <= left * model.length
  }

  private func paths(
    along layers: [[Sum]], _ choices: RouteChoices, _ paths: [[(path: [Int32], raises: [Int])]]
  ) -> [Int32] {
    var found = [[Int32]](repeating: [], count: choices.order.count)
    var place = 0
    for number in choices.order.indices.reversed() {
      let sum = layers[number + 1][place]
      found[choices.order[number]] = paths[choices.groupOf[number]][Int(sum.path)].path
      place = Int(sum.previous)
    }
    return Array(found.joined())
  }
}
