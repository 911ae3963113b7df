import PipelineModel

/// All routes of a batch's microbatches, one by one, for problems small enough.
///
/// Microbatches of one origin and equal factors are equal: exchanging their routes changes nothing. They stand together,
/// and only choices in which their routes do not fall in number are looked at.
struct RouteChoices: Sendable {
  /// A path, with what its unobstructed round trip takes outside the origin's stage and head.
  struct Choice: Sendable {
    var path: [Int32]
    /// From the end of the origin's `F` to the head or, without one, to the end of the last `F`.
    var forward: Double
    /// From there to the start of the origin's `B`.
    var backward: Double
    /// Both together.
    var away: Double { forward + backward }
  }

  /// Microbatches of one origin and equal factors.
  struct Group: Sendable {
    var origin: Int32
    /// The first of them.
    var first: Microbatch
    /// The least of its factors on durations.
    var scale: Double
    var members: [Int]
    /// The cheapest first.
    var choices: [Choice]
  }

  let model: RoutingModel
  let groups: [Group]
  /// Per microbatch in the order in which routes are chosen, its group.
  let groupOf: [Int]
  /// The microbatches in the order in which routes are chosen.
  let order: [Int]

  /// Lays out all routes; `nil` where an origin has more than `most`, or none.
  ///
  /// - Complexity: O(routes x length) for each group.
  init?(_ model: RoutingModel, most: Int) {
    guard !model.graph.isEmpty else { return nil }
    var groups: [Group] = []
    for (microbatch, origin) in model.origins.enumerated() {
      let (own, scale) = (model.ground.microbatches[microbatch], model.scales[microbatch])
      if let place = groups.firstIndex(where: {
        $0.origin == origin && $0.first.scale == own.scale && $0.first.memory == own.memory
      }) {
        groups[place].members.append(microbatch)
        continue
      }
      guard let choices = Self.choices(model, from: origin, scale: scale, most: most) else { return nil }
      groups.append(
        Group(origin: origin, first: own, scale: scale, members: [microbatch], choices: choices))
    }
    self.model = model
    self.groups = groups
    groupOf = groups.indices.flatMap { group in groups[group].members.map { _ in group } }
    order = groups.flatMap(\.members)
  }

  private static func choices(
    _ model: RoutingModel, from origin: Int32, scale: Double, most: Int
  ) -> [Choice]? {
    var paths: [[Int32]] = []
    var open: [(node: Int, path: [Int32])] = [(0, [])]
    while let (node, path) = open.popLast() {
      if path.count == model.length { paths.append(path) }
      guard paths.count <= most else { return nil }
      for next in model.graph.next(node) {
        for lane in model.lanesOfStage[Int(model.graph.stages[Int(next)])] {
          open.append((Int(next), path + [lane]))
        }
      }
    }
    let choices = paths.map { choice(model, along: $0, from: origin, scale: scale) }
      .filter { $0.away.isFinite }
    return choices.isEmpty
      ? nil : choices.sorted { ($0.away, $1.path.description) < ($1.away, $0.path.description) }
  }

  private static func choice(
    _ model: RoutingModel, along path: [Int32], from origin: Int32, scale: Double
  ) -> Choice {
    var choice = Choice(path: path, forward: 0, backward: 0)
    let home = model.lanes[Int(origin)].device
    var here = home
    func walk(to there: Int) {
      choice.forward += model.link[here * model.deviceCount + there]
      choice.backward += model.returnLink[there * model.deviceCount + here]
      here = there
    }
    for lane in path.map({ model.lanes[Int($0)] }) {
      walk(to: lane.device)
      choice.forward += scale * lane.forward
      choice.backward += scale * lane.backward
    }
    if model.problem.rules.head != nil { walk(to: home) }
    return choice
  }
}

extension RouteChoices {
  /// The routes that may follow in turn after those chosen, by number; those that break a limit, or leave too few
  /// visits for stages that are owed some, left out.
  func next(after chosen: [Int32]) -> [Int32] {
    let group = groupOf[chosen.count]
    let isFirst = chosen.isEmpty || groupOf[chosen.count - 1] != group
    let counts = counts(of: chosen)
    let left = order.count - chosen.count - 1
    let start = isFirst ? 0 : chosen[chosen.count - 1]
    return (start..<Int32(groups[group].choices.count)).filter { index in
      var counts = counts
      for lane in groups[group].choices[Int(index)].path { counts.add(lane) }
      return counts.mayBeCompleted(by: left)
    }
  }

  /// How often the chosen routes use lanes.
  private func counts(of chosen: [Int32]) -> VisitCounts {
    var counts = VisitCounts(model)
    for (place, index) in chosen.enumerated() {
      for lane in groups[groupOf[place]].choices[Int(index)].path { counts.add(lane) }
    }
    return counts
  }
}
