import PipelineModel

extension LowerBound {
  /// The best simple bound on an objective. O(visits of all microbatches).
  ///
  /// - Parameter scope: the schedules that it is to hold for.
  public static func simple(
    for problem: Problem, objective: Objective, scope: Certificate.Scope = .all
  ) -> LowerBound {
    if problem.hasTaskChoice {
      return whereverTasksRun(in: problem) { simple(for: $0, objective: objective, scope: scope) }
    }
    if problem.hasModes {
      return ModeSets(of: problem).simpleBound(for: problem, objective: objective, scope: scope)
    }
    return simple(inModesOf: problem.inChosenModes ?? problem, objective: objective, scope: scope)
  }

  /// The best simple bound on the schedules in which every microbatch runs in the modes that it has.
  static func simple(inModesOf problem: Problem, objective: Objective, scope: Certificate.Scope) -> LowerBound
  {
    guard problem.overlap == nil else {
      let alone = (try? problem.withoutOverlap()).map {
        simple(inModesOf: $0, objective: objective, scope: scope)
      }
      let pairs = PairRelaxation(problem, scope: scope)?.bounds(on: objective) ?? []
      return pairs.reduce(alone?.overlapped(of: problem) ?? .nothing) { $1.value > $0.value ? $1 : $0 }
    }
    let relaxation = SimpleRelaxation(problem, scope: scope)
    let candidates =
      objective.countsFromOwnStart
      ? relaxation.loads(withHeads: false) + relaxation.memoryBounds(withHeads: false)
        + relaxation.hostBounds(withHeads: false)
      : relaxation.makespanBounds
    return candidates.max { $0.value < $1.value } ?? .nothing
  }
}

extension Certificate.Scope {
  /// Whether backward passes that could be split are whole.
  var isFused: Bool { self == .fused }
}

/// What every schedule of a problem has in common, device by device.
private struct SimpleRelaxation {
  private let problem: Problem
  private let scope: Certificate.Scope
  private let steps: [Double]
  /// Per device: the earliest arrival of work, the time of all operations with their gaps, of `F`, `R` and the passes
  /// that send gradients only, and the shortest time from the end of the last of those of a visit to the end of all.
  private var head: [Double]
  private var work: [Double]
  private var chainWork: [Double]
  private var recomputes: [Bool]
  private var tail: [Double]
  private var longestRoundTrip: (time: Double, microbatch: Microbatch.ID) = (0, Microbatch.ID(0))
  private var areas: [MemoryArea]
  private var channels: [HostChannel]

  init(_ problem: Problem, scope: Certificate.Scope) {
    self.problem = problem
    self.scope = scope
    steps = problem.timeAfterLast
    head = Array(repeating: .infinity, count: problem.deviceCount)
    tail = head
    work = zip(problem.deviceWork, problem.leastGaps(isFused: scope.isFused)).map { $0 + $1 }
    chainWork = Array(repeating: 0, count: problem.deviceCount)
    recomputes = Array(repeating: false, count: problem.deviceCount)
    areas = Array(repeating: MemoryArea(), count: problem.deviceCount)
    channels = Array(repeating: HostChannel(), count: problem.deviceCount)
    let links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    for (microbatch, count) in problem.classRepresentatives {
      add(microbatch, count: count, links[Int(problem.routeIndexes[microbatch.index])])
    }
  }

  private mutating func add(_ microbatch: Microbatch.ID, count: Int, _ links: RouteLinks) {
    let visits = problem.route(of: microbatch).visits
    let passes = visits.map {
      problem.costs(at: $0, of: microbatch).leastPasses(
        isFused: scope.isFused, step: steps[$0.device.index],
        transfer: problem.transfer(at: $0, of: microbatch))
    }
    let times = PassTimes(problem, along: visits, links, passes: passes)
    for (position, visit) in visits.enumerated() {
      let device = visit.device.index
      head[device] = min(head[device], times.arrivals[position])
      tail[device] = min(tail[device], times.afterGradient[position] ?? times.afterForward[position])
      let (own, stage) = (passes[position], problem.stage(visit.stage, of: microbatch))
      chainWork[device] += (own.forward + own.recompute + (own.gradient ?? 0)) * Double(count)
      if stage.recompute != nil { recomputes[device] = true }
      areas[device].add(
        stage, factor: problem.microbatches[microbatch.index].memory[visit.stage],
        count: count, passes: own, untilGradient: times.untilGradient[position])
      if stage.offload > 0, let after = times.afterGradient[position] {
        channels[device].add(own, count: count, arrival: times.arrivals[position], after: after)
      }
    }
    if times.roundTrip > longestRoundTrip.time { longestRoundTrip = (times.roundTrip, microbatch) }
  }

  var makespanBounds: [LowerBound] {
    let chains = problem.devices.indices.filter { head[$0].isFinite }.map { device in
      LowerBound(
        value: head[device] + chainWork[device] + tail[device],
        argument: .backward(
          Device.ID(device), head: head[device], work: chainWork[device], tail: tail[device],
          recomputes: recomputes[device]),
        scope: scope)
    }
    let roundTrip = LowerBound(
      value: longestRoundTrip.time, argument: .roundTrip(longestRoundTrip.microbatch), scope: scope)
    return loads(withHeads: true) + memoryBounds(withHeads: true) + hostBounds(withHeads: true) + chains
      + [roundTrip]
  }

  func loads(withHeads: Bool) -> [LowerBound] {
    problem.devices.indices.filter { head[$0].isFinite }.map { device in
      let start = withHeads ? head[device] : 0
      let all =
        work[device] - problem.devices[device].optimizerStep + rest(after: device, withHeads: withHeads)
      return LowerBound(
        value: start + all, argument: .load(Device.ID(device), head: start, work: all), scope: scope)
    }
  }

  /// What each device's memory is held for.
  func memoryBounds(withHeads: Bool) -> [LowerBound] {
    let staticMemory = problem.staticMemory
    return problem.devices.indices.compactMap { device in
      guard let limit = problem.devices[device].memoryLimit,
        let time = areas[device].leastTime(within: limit - staticMemory[device])
      else { return nil }
      let start = withHeads ? head[device] : 0
      return LowerBound(
        value: start + time + rest(after: device, withHeads: withHeads),
        argument: .memory(Device.ID(device), head: start, area: areas[device].area, time: time), scope: scope)
    }
  }

  /// What the transfers between each device and its host take.
  func hostBounds(withHeads: Bool) -> [LowerBound] {
    problem.devices.indices.compactMap { device in
      let ends = withHeads ? nil : rest(after: device, withHeads: false)
      guard let least = channels[device].least(ofOwnTo: ends) else { return nil }
      return LowerBound(
        value: least.head + least.transfers + least.tail,
        argument: .host(Device.ID(device), head: least.head, transfers: least.transfers, tail: least.tail),
        scope: scope)
    }
  }

  /// What follows the last operation of a device at least.
  private func rest(after device: Int, withHeads: Bool) -> Double {
    withHeads ? steps[device] : problem.devices[device].optimizerStep + problem.tail
  }
}

extension Problem {
  /// The least time that each device loses in gaps between its operations.
  ///
  /// An order begins with an `F` and, where the device runs backward passes, ends with one of those, so that it changes
  /// from `F` to backward passes once more than back; either as seldom or as often as can be is least. A backward pass
  /// that may be split counts once, as a `BW` has no gap inside, or twice where an `F` comes between its parts. With
  /// overlapped pairs none are counted.
  fileprivate func leastGaps(isFused: Bool) -> [Double] {
    guard gap != .none, overlap == nil else { return Array(repeating: 0, count: deviceCount) }
    var forwards = [Int](repeating: 0, count: deviceCount)
    var (backwards, splits) = (forwards, forwards)
    for (microbatch, count) in classRepresentatives {
      for visit in route(of: microbatch).visits {
        forwards[visit.device.index] += count
        let stage = stage(visit.stage, of: microbatch)
        if stage.recompute != nil { forwards[visit.device.index] += count }
        if stage.hasBackward { backwards[visit.device.index] += count }
        if stage.isSplit, !isFused { splits[visit.device.index] += count }
      }
    }
    return devices.indices.map { device in
      let (forwards, backwards) = (forwards[device], backwards[device])
      func time(changes: Int) -> Double {
        Double(forwards - changes) * gap.forwardForward
          + Double(max(0, backwards - changes)) * gap.backwardBackward
          + Double(changes) * gap.forwardBackward + Double(changes - 1) * gap.backwardForward
      }
      /// The same where the last operation is a forward pass without a backward one.
      func timeToForward(changes: Int) -> Double {
        Double(forwards - changes - 1) * gap.forwardForward
          + Double(max(0, backwards - changes)) * gap.backwardBackward
          + Double(changes) * (gap.forwardBackward + gap.backwardForward)
      }
      if forwards == 0 { return 0 }
      if backwards == 0 { return Double(forwards - 1) * gap.forwardForward }
      // Between these numbers of changes gaps grow or shrink evenly.
      let often = [1, backwards, backwards + splits[device]]
      let least = often.reduce(.infinity) { min($0, time(changes: min(forwards, $1))) }
      guard forwards > backwards else { return least }
      return often.reduce(least) { min($0, timeToForward(changes: min(forwards - 1, $1))) }
    }
  }
}

extension Problem {
  /// How long what a microbatch offloads on a visit is on its way to the host, or back; 0 where it offloads nothing.
  func transfer(at visit: Route.Visit, of microbatch: Microbatch.ID) -> Double {
    stage(visit.stage, of: microbatch).transferTime(
      over: devices[visit.device.index].host, memory: microbatches[microbatch.index].memory[visit.stage])
  }
}
