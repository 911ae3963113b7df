import PipelineModel

/// Whether the routes of a problem keep the rules that it states for them: every rule of docs/semantics.md by itself.
struct RouteRules {
  private let problem: Problem
  private let rules: SkipReorderRules

  /// Takes a problem; `nil` when it has no rules.
  init?(_ problem: Problem) {
    guard let rules = problem.skipReorder else { return nil }
    self.problem = problem
    self.rules = rules
  }

  /// Every breach: of single routes first, then of the numbers of visits. O(visits + microbatches x rules).
  func violations() -> [Violation] {
    let breachesOfRoute = problem.routes.map { breaches(in: $0) }
    let ofRoutes = problem.microbatches.indices.flatMap { index in
      let subject = Violation.Subject.microbatch(Microbatch.ID(index))
      let route = Int(problem.routeIndexes[index])
      let found = breachesOfRoute[route].map { Violation(subject, .breaksRoute($0)) }
      guard let origin = problem.microbatches[index].origin,
        let start = problem.routes[route].visits.first?.device, start != origin
      else { return found }
      return [Violation(subject, .wrongOrigin(start, expected: origin))] + found
    }
    return ofRoutes + stageViolations + deviceViolations
  }
}

// MARK: One route

extension RouteRules {
  private func breaches(in route: Route) -> [RouteBreach] {
    let stages = route.visits.map(\.stage).filter { $0 != rules.head }
    var found: [RouteBreach] = []
    if let first = stages.first, first.index != 0 { found.append(.startsAt(stage: first.index)) }
    if let head = rules.head, let origin = route.visits.first?.device,
      route.visits.last != Route.Visit(stage: head, device: origin)
    {
      found.append(.lacksHead(stage: head.index, origin: origin.index))
    }
    if stages.count != rules.stagesPerMicrobatch {
      found.append(.stageCount(stages.count, expected: rules.stagesPerMicrobatch))
    }
    found += keptStages.filter { !stages.contains($0) }.map { .skips(stage: $0.index) }
    found += breaches(inOrder: stages.map(\.index))
    if let sequences = rules.sequences, !sequences.contains(stages) {
      found.append(.otherSequence(stages.map(\.index)))
    }
    return found
  }

  /// Swaps and jumps, each measured from the frontier: the highest stage visited before.
  private func breaches(inOrder stages: [Int]) -> [RouteBreach] {
    guard var frontier = stages.first else { return [] }
    var found: [RouteBreach] = []
    var swaps = 0
    for stage in stages.dropFirst() {
      if stage < frontier {
        swaps += 1
        if frontier - stage > rules.maxSwapDistance {
          found.append(.swapsTooFar(stage: stage, frontier: frontier, limit: rules.maxSwapDistance))
        }
      } else {
        if let limit = rules.maxForwardJump, stage - frontier > limit {
          found.append(.jumpsTooFar(stage: stage, frontier: frontier, limit: limit))
        }
        frontier = stage
      }
    }
    if swaps > rules.maxSwaps { found.append(.swaps(swaps, limit: rules.maxSwaps)) }
    return found
  }

  /// The stages that no microbatch skips, in order.
  private var keptStages: [Stage.ID] { Set(rules.alwaysVisit + [Stage.ID(0)]).sorted() }
}

// MARK: All routes together

extension RouteRules {
  /// Counts the visits of all microbatches, the head's left out.
  private func visitCounts(_ count: Int, _ place: (Route.Visit) -> Int) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for route in problem.routeIndexes {
      for visit in problem.routes[Int(route)].visits where visit.stage != rules.head {
        counts[place(visit)] += 1
      }
    }
    return counts
  }

  private var stageViolations: [Violation] {
    let counts = visitCounts(problem.stageCount) { $0.stage.index }
    let kept = Set(keptStages)
    let skippable = problem.stages.indices.filter {
      !kept.contains(Stage.ID($0)) && Stage.ID($0) != rules.head
    }
    return skippable.flatMap { stage in
      let ranges = [range(of: stage, counts, among: skippable), rangeOfSkips(of: stage)].compactMap(\.self)
      return ranges.filter { !$0.contains(counts[stage]) }
        .map { Violation(.schedule, .stageVisits(Stage.ID(stage), counts[stage], expected: $0)) }
    }
  }

  /// How often a stage is visited where `visitsPerStage` is kept; `nil` where it says nothing.
  private func range(of stage: Int, _ counts: [Int], among skippable: [Int]) -> ClosedRange<Int>? {
    switch rules.visitsPerStage {
    case .any: return nil
    case .atMost(let caps): return 0...caps[stage]
    case .balanced:
      // Numbers differ by one at most when each is their mean, rounded down or up.
      let visits = skippable.reduce(0) { $0 + counts[$1] }
      let share = visits / skippable.count
      return share...(visits.isMultiple(of: skippable.count) ? share : share + 1)
    }
  }

  /// How often a stage is visited where `maxSkips` is kept; `nil` where it says nothing.
  private func rangeOfSkips(of stage: Int) -> ClosedRange<Int>? {
    rules.maxSkips.map { max(0, problem.microbatchCount - $0[stage])...problem.microbatchCount }
  }

  private var deviceViolations: [Violation] {
    guard let limits = rules.visitsPerDevice else { return [] }
    let counts = visitCounts(problem.deviceCount) { $0.device.index }
    return counts.indices.filter { counts[$0] > limits[$0] }.map { device in
      Violation(.device(Device.ID(device)), .deviceVisits(counts[device], limit: limits[device]))
    }
  }
}
