import PipelineModel

/// The paths that microbatches can take in a schedule of some length, and when they can start.
struct PathTable: Sendable {
  /// Microbatches of one origin and equal factors, which are alike.
  struct Group: Sendable {
    var origin: Int32
    /// The least of their factors on durations.
    var scale: Double
    /// The microbatches.
    var members: [Int]
    /// When the first of them to start, the second and so on start at the earliest.
    var starts: [Double]
    /// The shortest first.
    var paths: [TimedPath]
  }

  let model: RoutingModel
  private(set) var groups: [Group] = []
  /// No path that is longer than this is among them.
  let length: Double

  /// Times that differ by less than this share of the length are one: sums are rounded.
  static let rounding = 1e-9

  /// Lays out the paths of at most a length; `nil` where they are more than `most` or an origin has none at all.
  ///
  /// - Precondition: `applies(to:)`.
  /// - Complexity: O(paths x length of a path).
  init?(_ model: RoutingModel, upTo length: Double, most: Int) {
    let length = length * (1 + Self.rounding)
    self.model = model
    self.length = length
    var cheapest = CheapestRoute(model)
    var left = most
    for members in Self.alike(model) {
      let (origin, scale) = (model.origins[members[0]], model.scales[members[0]])
      guard
        let paths = cheapest.paths(from: Int(origin), scale: scale, upTo: length, most: left),
        let shortest = cheapest.route(from: Int(origin), scale: scale, prices: model.noPrices)
      else { return nil }
      left -= paths.count
      let timed = paths.map { TimedPath(model, from: origin, along: $0, scale: scale) }
        .filter { $0.length <= length }
        .sorted { ($0.length, $1.path.description) < ($1.length, $0.path.description) }
      groups.append(
        Group(
          origin: origin, scale: scale, members: members,
          starts: Self.starts(model, origin, members.count, scale: scale, away: shortest.cost),
          paths: timed))
    }
  }

  /// Whether it is known what paths claim: each visit is fed by the one before it, sends a gradient back, and begins on
  /// a known device.
  static func applies(to model: RoutingModel) -> Bool {
    !model.graph.isEmpty && !model.problem.hasEntry && model.isChain && model.length > 0
      && model.ground.stages.allSatisfy(\.hasBackward)
  }

  /// The microbatches of equal origins and factors.
  private static func alike(_ model: RoutingModel) -> [[Int]] {
    struct Kind: Hashable {
      var origin: Int32
      var scale: Microbatch.Scale
      var memory: PerStage
    }
    let kinds = zip(model.origins, model.ground.microbatches).map {
      Kind(origin: $0, scale: $1.scale, memory: $1.memory)
    }
    return Dictionary(grouping: kinds.indices) { kinds[$0] }.values.sorted { $0[0] < $1[0] }
  }

  /// The earliest starts in turn: each `F` follows the one before it and, once memory is full, the return of an earlier
  /// microbatch. When the i-th starts and only m have room, i - m + 1 have returned, one of which did not start before
  /// the (i - m)-th.
  private static func starts(
    _ model: RoutingModel, _ origin: Int32, _ count: Int, scale: Double, away: Double
  ) -> [Double] {
    let lane = model.lanes[Int(origin)]
    let room =
      lane.growth > 0
      ? (model.capacities[lane.device] / lane.growth * (1 + Self.rounding)).rounded(.down) : .infinity
    var starts: [Double] = []
    for index in 0..<count {
      var start = index == 0 ? 0 : starts[index - 1] + scale * lane.forward
      if Double(index) >= room { start = max(start, starts[index - max(1, Int(room))] + away) }
      starts.append(start)
    }
    return starts
  }

  /// How much of a resource there is; `nil` where it is unlimited.
  func capacity(of resource: Claim.Resource) -> Double? {
    guard resource.isMemory else { return 1 }
    let capacity = model.capacities[resource.device]
    guard capacity.isFinite else { return nil }
    let amounts = Set(model.lanes.filter { $0.device == resource.device && $0.growth > 0 }.map(\.growth))
    // Where all take as much, the rest is of no use to anybody.
    if let amount = amounts.first, amounts.count == 1 {
      return (1 + Self.rounding) * amount * max(1, (capacity / amount * (1 + Self.rounding)).rounded(.down))
    }
    return (1 + Self.rounding) * capacity
  }
}
