import PipelineModel

extension RouteChoices {
  /// The problem with the chosen routes and the least that is known of the other microbatches.
  ///
  /// Every schedule with the chosen routes, whatever the others, is a schedule of it with work left out: it is no
  /// shorter, and its bounds hold. With all routes chosen it is the problem itself. `nil` where it cannot be told.
  ///
  /// - Complexity: O(problem + devices²).
  func problem(_ chosen: [Int32]) -> Problem? {
    let routes = zip(groupOf, zip(order, chosen)).map { group, place in
      model.route(of: place.0, over: groups[group].choices[Int(place.1)].path)
    }
    if chosen.count == order.count {
      var all = routes
      for (place, microbatch) in order.enumerated() { all[microbatch] = routes[place] }
      return try? model.problem.problem(routes: all)
    }
    var parts = ProblemParts(of: model.problem.frame)
    parts.skipReorder = nil
    parts.name = ""
    parts.dropWhatNeedsAllWork()
    // Behind an entry the others may start anywhere.
    parts.microbatches = order.prefix(model.problem.hasEntry ? chosen.count : order.count).map { microbatch in
      parts.microbatches[microbatch]
    }
    return try? model.problem.hasEntry ? parts.problem(along: routes) : away(parts, routes, chosen)
  }

  /// The problem in which every other microbatch visits its origin and is then away, on a device of its own, as briefly
  /// as any route left to it lets it be.
  private func away(_ parts: ProblemParts, _ routes: [Route], _ chosen: [Int32]) throws(ProblemError)
    -> Problem
  {
    var (parts, routes) = (parts, routes)
    var hosts = model.problem.hosts
    let places = chosen.count..<order.count
    for place in places {
      let device = Device.ID(parts.devices.count)
      let stage = Stage.ID(parts.stages.count)
      var visits = model.route(of: order[place], over: []).visits
      visits.insert(Route.Visit(stage: stage, device: device), at: 1)
      routes.append(Route(visits: visits))
      parts.devices.append(Device())
      parts.stages.append(leastStage(at: place, after: chosen))
      hosts.append([device])
    }
    for index in parts.microbatches.indices {
      parts.microbatches[index] = parts.microbatches[index].unscaled(
        onLast: places.count, of: parts.stages.count)
    }
    parts.placement = .explicit(hosts)
    parts.communication = .matrix(links(with: parts.devices.count - model.problem.devices.count))
    return try parts.problem(along: routes)
  }

  /// The least forward and the least backward that routes left to a microbatch keep it away; nothing where stages branch
  /// or no gradient comes back.
  private func leastStage(at place: Int, after chosen: [Int32]) -> Stage {
    let group = groups[groupOf[place]]
    let isFirst = chosen.isEmpty || groupOf[chosen.count - 1] != groupOf[place]
    let left = group.choices[Int(isFirst ? 0 : chosen[chosen.count - 1])...]
    let hasHead = model.problem.rules.head != nil
    let isKnown = model.isChain && model.ground.stages.allSatisfy(\.hasBackward)
    let forward = isKnown ? left.map { hasHead ? $0.forward : $0.away }.min() ?? 0 : 0
    let backward = isKnown && hasHead ? left.map(\.backward).min() ?? 0 : 0
    return Stage(
      forward: Self.decimal(forward), backwardInput: Self.decimal(backward), backwardWeight: 0,
      activationForB: 0, activationForW: 0)
  }

  /// The time to nine decimals, not rounded up but for the error of a sum: bounds are exact on a decimal grid.
  private static func decimal(_ time: Double) -> Double { (time * 1e9 + 1e-3).rounded(.down) / 1e9 }

  /// The links, with devices added that every message reaches at once; no route uses one that is missing.
  private func links(with added: Int) -> [[Double]] {
    let count = model.problem.devices.count
    return (0..<count + added).map { source in
      (0..<count + added).map { target in
        guard max(source, target) < count else { return 0 }
        let link = model.link[source * model.deviceCount + target]
        return link.isFinite ? link : 0
      }
    }
  }
}

extension ProblemParts {
  /// Takes away what may make a schedule longer when work is left out of it: gaps between operations that were not
  /// neighbours, and durations of the first and the last on a stage where that was another.
  fileprivate mutating func dropWhatNeedsAllWork() {
    instance.gap = .none
    for index in instance.stages.indices {
      let stage = instance.stages[index]
      instance.stages[index].forward = min(stage.forward, stage.firstForward ?? stage.forward)
      if let last = stage.lastBackward {
        switch stage.backward {
        case .split(let input, let weight):
          instance.stages[index].backward = .split(input: min(input, last), weight: weight)
        case .input(let input): instance.stages[index].backward = .input(min(input, last))
        case .whole(let both): instance.stages[index].backward = .whole(min(both, last))
        case .none: break
        }
      }
      instance.stages[index].firstForward = nil
      instance.stages[index].lastBackward = nil
    }
  }

  fileprivate func problem(along routes: [Route]) throws(ProblemError) -> Problem {
    var parts = self
    parts.give(routes)
    return try parts.problem()
  }
}

extension Microbatch {
  /// The same with factors of 1 on the last stages.
  ///
  /// - Parameter all: how many stages there are with them.
  fileprivate func unscaled(onLast count: Int, of all: Int) -> Microbatch {
    func extended(_ factors: PerStage) -> PerStage {
      PerStage.each((0..<all).map { $0 < all - count ? factors[Stage.ID($0)] : 1 }).simplified
    }
    var microbatch = self
    microbatch.scale = Scale(
      forward: extended(scale.forward), backwardInput: extended(scale.backwardInput),
      backwardWeight: extended(scale.backwardWeight))
    microbatch.memory = extended(memory)
    return microbatch
  }
}
